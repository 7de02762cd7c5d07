using System.Buffers.Binary;
using System.Text;

namespace JustAlexNet.NativeRepair;

/// <summary>As much of a 64-bit little-endian ELF file as the repair needs: its dynamic strings, symbols and version requirements.</summary>
/// <remarks>Source: System V ABI, chapter 4 and 5; Linux Standard Base, "Symbol Versioning". Reads bounds-checked; a malformed file gives an exception.</remarks>
internal sealed class ElfImage
{
    private const uint DynamicSymbols = 11, VersionNeeds = 0x6ffffffe, VersionOfSymbols = 0x6fffffff;
    private const int SectionHeaderSize = 64, SymbolSize = 24, NeedSize = 16, NeedEntrySize = 16;

    private readonly byte[] file;
    private readonly Section strings, symbols, versions, needs;

    private ElfImage(byte[] file, Section strings, Section symbols, Section versions, Section needs)
        => (this.file, this.strings, this.symbols, this.versions, this.needs) = (file, strings, symbols, versions, needs);

    private readonly record struct Section(uint Type, int Offset, int Size, int Link);

    /// <summary>A version that some library must provide, and where the entry stands in the file.</summary>
    public readonly record struct NeededVersion(string Name, ushort Index, int EntryOffset);

    /// <summary>Reads the tables, or returns null where the file is no such ELF file or lacks one of them.</summary>
    public static ElfImage? TryRead(byte[] file)
    {
        if (file.Length < 64 || !file.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8)) return null;
        var first = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(0x28)));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(0x3C));
        var sections = new Section[count];
        for (var i = 0; i < count; i++)
        {
            var header = file.AsSpan(first + i * SectionHeaderSize, SectionHeaderSize);
            sections[i] = new Section(
                BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
                checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[0x18..])),
                checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[0x20..])),
                BinaryPrimitives.ReadInt32LittleEndian(header[0x28..]));
        }
        var symbols = sections.FirstOrDefault(s => s.Type == DynamicSymbols);
        var needs = sections.FirstOrDefault(s => s.Type == VersionNeeds);
        var versions = sections.FirstOrDefault(s => s.Type == VersionOfSymbols);
        if (symbols.Size == 0 || needs.Size == 0 || versions.Size == 0 || needs.Link != symbols.Link) return null;
        return new ElfImage(file, sections[symbols.Link], symbols, versions, needs);
    }

    /// <summary>Offsets in the file of the names of undefined or defined dynamic symbols called <paramref name="name"/>, with each one's version index.</summary>
    public IEnumerable<(int NameOffset, ushort Version)> SymbolsCalled(string name)
    {
        for (var i = 0; i < symbols.Size / SymbolSize; i++)
        {
            var nameOffset = (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(symbols.Offset + i * SymbolSize));
            if (StringAt(nameOffset) == name) yield return (strings.Offset + nameOffset, VersionOf(i));
        }
    }

    /// <summary>How many dynamic symbols carry the version index.</summary>
    public int SymbolsWithVersion(ushort index) => Enumerable.Range(0, versions.Size / 2).Count(i => VersionOf(i) == index);

    /// <summary>How many names, of symbols or versions, begin inside the <paramref name="length"/> bytes at file offset <paramref name="offset"/>.</summary>
    public int NamesBeginningIn(int offset, int length)
    {
        var (low, high) = (offset - strings.Offset, offset - strings.Offset + length);
        var names = Enumerable.Range(0, symbols.Size / SymbolSize)
            .Select(i => (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(symbols.Offset + i * SymbolSize)))
            .Concat(NeededVersions().Select(v => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(v.EntryOffset + 8))));
        return names.Count(n => n >= low && n < high);
    }

    /// <summary>Every version asked of another library.</summary>
    public IEnumerable<NeededVersion> NeededVersions()
    {
        for (var need = needs.Offset; ;)
        {
            var count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(need + 2));
            var entry = need + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(need + 8, NeedSize - 8));
            for (var i = 0; i < count; i++)
            {
                var fields = file.AsSpan(entry, NeedEntrySize);
                var index = BinaryPrimitives.ReadUInt16LittleEndian(fields[6..]);
                var name = StringAt(BinaryPrimitives.ReadInt32LittleEndian(fields[8..]));
                var next = BinaryPrimitives.ReadInt32LittleEndian(fields[12..]);
                yield return new NeededVersion(name, index, entry);
                entry += next;
            }
            var step = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(need + 12));
            if (step == 0) yield break;
            need += step;
        }
    }

    private ushort VersionOf(int symbol) => (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(versions.Offset + symbol * 2)) & 0x7fff);

    private string StringAt(int offset)
    {
        var rest = file.AsSpan(strings.Offset + offset, strings.Size - offset);
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
    }
}
