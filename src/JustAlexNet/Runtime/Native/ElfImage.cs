using System.Buffers.Binary;
using System.Text;

namespace JustAlexNet.Runtime.Native;

/// <summary>As much of a 64-bit little-endian ELF file as the repair needs: its dynamic strings, symbols and version requirements.</summary>
/// <remarks>
/// Source: System V ABI, chapter 4 and 5; Linux Standard Base, "Symbol Versioning". Every offset in the file is a claim:
/// one that leads out of the file or backwards ends in an <see cref="InvalidDataException"/>.
/// </remarks>
internal sealed class ElfImage
{
    private const uint DynamicSymbols = 11, VersionNeeds = 0x6ffffffe, VersionOfSymbols = 0x6fffffff, TakesNoSpace = 8;
    private const int SectionHeaderSize = 64, SymbolSize = 24, NeedSize = 16, NeedEntrySize = 16;

    private readonly byte[] file;
    private readonly Section strings, symbols, versions, needs;

    private ElfImage(byte[] file)
    {
        this.file = file;
        var count = U16(0x3C);
        var first = Position(U64(0x28), (ulong)(count * SectionHeaderSize));
        var sections = Enumerable.Range(0, count).Select(i => SectionAt(first + i * SectionHeaderSize)).ToList();
        foreach (var section in sections.Where(s => s.Type != TakesNoSpace)) Position(section.Offset, section.Size);
        symbols = sections.FirstOrDefault(s => s.Type == DynamicSymbols);
        needs = sections.FirstOrDefault(s => s.Type == VersionNeeds);
        versions = sections.FirstOrDefault(s => s.Type == VersionOfSymbols);
        if (!HasVersions) return;
        if (needs.Link != symbols.Link || symbols.Link >= sections.Count) throw Malformed("its symbols and versions have no common string table");
        strings = sections[(int)symbols.Link];
        if (versions.Size / 2 < symbols.Size / SymbolSize) throw Malformed("it has fewer versions than symbols");
    }

    private readonly record struct Section(uint Type, ulong Offset, ulong Size, uint Link);

    /// <summary>A version that some library must provide, and where the entry stands in the file.</summary>
    public readonly record struct NeededVersion(string Name, ushort Index, int EntryOffset);

    private bool HasVersions => symbols.Size > 0 && needs.Size > 0 && versions.Size > 0;

    private int SymbolCount => (int)(symbols.Size / SymbolSize);

    /// <summary>Reads the tables, or returns null where the file is no 64-bit little-endian ELF file or asks for no versions.</summary>
    /// <exception cref="InvalidDataException">The file begins as one, but its tables lie outside it.</exception>
    public static ElfImage? TryRead(byte[] file)
    {
        if (!file.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8)) return null;
        var image = new ElfImage(file);
        return image.HasVersions ? image : null;
    }

    /// <summary>Offsets in the file of the names of undefined or defined dynamic symbols called <paramref name="name"/>, with each one's version index.</summary>
    public IEnumerable<(int NameOffset, ushort Version)> SymbolsCalled(string name)
    {
        var wanted = Encoding.ASCII.GetBytes(name + '\0');
        for (var i = 0; i < SymbolCount; i++)
            if (BeginsAt(NameOf(i), wanted)) yield return ((int)(strings.Offset + NameOf(i)), VersionOf(i));
    }

    /// <summary>How many dynamic symbols carry the version index.</summary>
    public int SymbolsWithVersion(ushort index) => Enumerable.Range(0, SymbolCount).Count(i => VersionOf(i) == index);

    /// <summary>How many names, of symbols or versions, begin inside the <paramref name="length"/> bytes at file offset <paramref name="offset"/>.</summary>
    public int NamesBeginningIn(int offset, int length)
    {
        var (first, count) = (offset - (long)strings.Offset, 0);
        for (var i = 0; i < SymbolCount; i++) Look(NameOf(i));
        foreach (var version in NeededVersions()) Look(U32(version.EntryOffset + 8));
        return count;

        void Look(uint name) => count += name >= first && name < first + length ? 1 : 0;
    }

    /// <summary>Every version asked of another library.</summary>
    public IEnumerable<NeededVersion> NeededVersions()
    {
        var (need, step) = ((long)needs.Offset, 1L);
        for (; step > 0; need += step)
        {
            var entry = need + U32(InNeeds(need, NeedSize) + 8);
            for (var left = U16((int)need + 2); left > 0; left--)
            {
                var at = InNeeds(entry, NeedEntrySize);
                yield return new NeededVersion(StringAt(U32(at + 8)), U16(at + 6), at);
                var next = U32(at + 12);
                if (next < NeedEntrySize && left > 1) throw Malformed("its list of versions runs in a circle");
                entry += next;
            }
            step = U32((int)need + 12);
            if (step is > 0 and < NeedSize) throw Malformed("its list of libraries overlaps itself");
        }
    }

    private Section SectionAt(int header) => new(U32(header + 4), U64(header + 0x18), U64(header + 0x20), U32(header + 0x28));

    private uint NameOf(int symbol) => U32((int)symbols.Offset + symbol * SymbolSize);

    private ushort VersionOf(int symbol) => (ushort)(U16((int)versions.Offset + symbol * 2) & 0x7fff);

    // Of thousands of names few are wanted as strings.
    private bool BeginsAt(uint offset, byte[] text) => NamesFrom(offset).StartsWith(text);

    private ReadOnlySpan<byte> NamesFrom(uint offset) => offset < strings.Size
        ? file.AsSpan((int)(strings.Offset + offset), (int)(strings.Size - offset))
        : throw Malformed($"a name stands at {offset} of {strings.Size} bytes of names");

    private string StringAt(uint offset)
    {
        var rest = NamesFrom(offset);
        var end = rest.IndexOf((byte)0);
        return end >= 0 ? Encoding.ASCII.GetString(rest[..end]) : throw Malformed("its last name has no end");
    }

    private int InNeeds(long at, int size) =>
        at >= (long)needs.Offset && at + size <= (long)(needs.Offset + needs.Size) ? (int)at : throw Malformed("an entry of its version list lies outside the list");

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(Position((ulong)at, 2)));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(Position((ulong)at, 4)));

    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(Position((ulong)at, 8)));

    private int Position(ulong at, ulong size) =>
        size <= (ulong)file.Length && at <= (ulong)file.Length - size ? (int)at : throw Malformed($"{size} bytes at {at} lie outside its {file.Length} bytes");

    private static InvalidDataException Malformed(string why) => new($"a malformed ELF file: {why}");
}
