using System.Text;

namespace JustAlexNet.Runtime.Native;

/// <summary>
/// Lets TorchSharp 0.107's <c>libLibTorchSharp.so</c> load where libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04, RHEL 9).
/// </summary>
/// <remarks>
/// The library asks for GLIBCXX_3.4.32 on behalf of one symbol, <c>_ZSt21ios_base_library_initv</c> (GCC 13's stream initialisation).
/// The symbol is renamed to <c>_ZNSt8ios_base4InitC1Ev</c>, the older constructor that does the same work and ignores its
/// <c>this</c>, and the version requirement is turned into GLIBCXX_3.4, which provides it. The result stays valid on newer systems.
/// Everything the edit relies on is checked first; a file that differs in any of it is left alone.
/// </remarks>
internal static class LibTorchSharpRepair
{
    internal const string NewSymbol = "_ZSt21ios_base_library_initv", OldSymbol = "_ZNSt8ios_base4InitC1Ev";
    internal const string NewVersion = "GLIBCXX_3.4.32", OldVersion = "GLIBCXX_3.4";

    /// <summary>Edits <paramref name="file"/> in place where it needs the repair.</summary>
    /// <param name="file">The bytes of a shared library.</param>
    /// <param name="report">One sentence: what was done, or why nothing was.</param>
    /// <returns>True where the bytes were changed; false where there was nothing to repair or the file is not as expected.</returns>
    public static bool TryRepair(byte[] file, out string report)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            return TryRepairWellFormed(file, out report);
        }
        catch (InvalidDataException e)      // thrown while reading, before the first byte is changed
        {
            return Leave(e.Message, out report);
        }
    }

    private static bool TryRepairWellFormed(byte[] file, out string report)
    {
        if (ElfImage.TryRead(file) is not { } elf) return Leave("no 64-bit ELF library with version requirements", out report);
        var versions = elf.NeededVersions().ToList();
        var wanted = versions.Where(v => v.Name == NewVersion).ToList();
        if (wanted.Count == 0) return Leave($"nothing asks for {NewVersion}", out report);
        var symbols = elf.SymbolsCalled(NewSymbol).ToList();
        if (wanted.Count != 1 || symbols.Count != 1) return Leave($"expected {NewVersion} and {NewSymbol} once each, found {wanted.Count} and {symbols.Count}", out report);
        if (symbols[0].Version != wanted[0].Index) return Leave($"{NewSymbol} does not belong to {NewVersion}", out report);
        if (elf.SymbolsWithVersion(wanted[0].Index) != 1) return Leave($"{NewVersion} is asked for by more than {NewSymbol}", out report);
        if (elf.NamesBeginningIn(symbols[0].NameOffset, NewSymbol.Length) != 1) return Leave($"the name {NewSymbol} is shared with another symbol", out report);
        var older = versions.Where(v => v.Name == OldVersion).ToList();
        if (older.Count != 1) return Leave($"expected {OldVersion} once beside {NewVersion}, found {older.Count}", out report);

        var name = file.AsSpan(symbols[0].NameOffset, NewSymbol.Length);
        name.Clear();
        Encoding.ASCII.GetBytes(OldSymbol, name);
        var (from, to) = (older[0].EntryOffset, wanted[0].EntryOffset);
        file.AsSpan(from, 4).CopyTo(file.AsSpan(to));               // vna_hash
        file.AsSpan(from + 8, 4).CopyTo(file.AsSpan(to + 8));       // vna_name
        report = $"{NewSymbol} ({NewVersion}) now is {OldSymbol} ({OldVersion})";
        return true;
    }

    private static bool Leave(string why, out string report)
    {
        report = $"left alone: {why}";
        return false;
    }
}
