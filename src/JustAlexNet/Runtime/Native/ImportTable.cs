using System.Runtime.InteropServices;

namespace JustAlexNet.Runtime.Native;

/// <summary>The addresses through which a loaded library calls functions of others (ELF, 64 bit, Linux with glibc).</summary>
/// <remarks>System V ABI, "Dynamic Linking": the entries of DT_JMPREL name a function and the place of its address, which the linker fills in.</remarks>
internal static unsafe partial class ImportTable
{
    private const int LinkMapRequest = 2;       // RTLD_DI_LINKMAP of dlinfo(3)
    private const long End = 0, Size = 2, Strings = 5, Symbols = 6, Jumps = 23, Flags = 30, Flags1 = 0x6ffffffb;

    /// <summary>Where the library keeps the address of a function that it imports.</summary>
    /// <param name="library">As NativeLibrary gives it; must stay loaded.</param>
    /// <param name="function">Name of the function, ASCII.</param>
    /// <returns>Null where it does not import it, or not in a place that may be written.</returns>
    public static nint* Find(nint library, ReadOnlySpan<byte> function)
    {
        LinkMap* map;
        if (GetLinkMap(library, &map) != 0) return null;
        var table = Read(map);
        for (var i = 0; i < table.Count; i++)
        {
            var jump = table.Jumps[i];
            var name = table.Strings + table.Symbols[jump.Symbol >> 32].Name;
            if (MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name).SequenceEqual(function)) return (nint*)(map->Base + jump.Place);
        }
        return null;
    }

    private static int GetLinkMap(nint library, LinkMap** map)
    {
        try
        {
            return GetInfo(library, LinkMapRequest, map);
        }
        catch (EntryPointNotFoundException)     // before glibc 2.34 it stands in libdl
        {
            return -1;
        }
    }

    private static Table Read(LinkMap* map)
    {
        var table = default(Table);
        for (var entry = (Entry*)map->Entries; entry->Tag != End; entry++)
        {
            var address = entry->Value < map->Base ? entry->Value + map->Base : entry->Value;       // glibc has added the base, or not
            switch (entry->Tag)
            {
                case Size: table.Count = (int)(entry->Value / (nuint)sizeof(Jump)); break;
                case Strings: table.Strings = (byte*)address; break;
                case Symbols: table.Symbols = (Symbol*)address; break;
                case Jumps: table.Jumps = (Jump*)address; break;
                case Flags when (entry->Value & 8) != 0:
                case Flags1 when (entry->Value & 1) != 0: return default;     // DF_BIND_NOW, DF_1_NOW: the addresses are write-protected
            }
        }
        return table;
    }

    private readonly record struct LinkMap(nuint Base, nint Name, nint Entries);

    private readonly record struct Entry(long Tag, nuint Value);

    private readonly record struct Jump(nuint Place, ulong Symbol, long Addend);       // the symbol's number in the upper half

    private readonly record struct Symbol(uint Name, uint Kind, nuint Value, ulong Size);      // the name's offset in the strings

    private ref struct Table
    {
        public Jump* Jumps;
        public Symbol* Symbols;
        public byte* Strings;
        public int Count;
    }

    [LibraryImport("libc", EntryPoint = "dlinfo")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetInfo(nint library, int request, LinkMap** result);
}
