using System.Text;
using JustAlexNet.Imaging;
using JustAlexNet.Imaging.Native;

namespace JustAlexNet.Inference;

/// <summary>Names that are not UTF-8, from old archives and disks. .NET shows U+FFFD for what it cannot read in them and can open none of them, so they are refused, with the lines that rename them.</summary>
internal static class ForeignNames
{
    private const char Unreadable = '\uFFFD';
    private const int LinesShown = 5;

    /// <summary>What is to be said of the names of a folder that would be used and cannot be opened; null where all can.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="used">Its entries that would be used.</param>
    public static DataException? Among(string folder, IEnumerable<FolderEntry> used)
    {
        var marked = Marked(folder, used);
        return marked.Count == 0 ? null : Refused(folder, marked);
    }

    /// <summary>The same of each of them: the name as .NET shows it, which several may share.</summary>
    public static IReadOnlyList<(string Name, DataException Fault)> EachOf(string folder, IEnumerable<FolderEntry> used) =>
        [.. from name in Marked(folder, used) let fault = Refused(folder, [name]) where fault is not null select (name, fault)];

    private static HashSet<string> Marked(string folder, IEnumerable<FolderEntry> used) =>
        used.Select(entry => entry.Name).Where(name => name.Contains(Unreadable, StringComparison.Ordinal)).CountBy(name => name)
            .Where(name => name.Value > 1 || !Exists(Path.Join(folder, name.Key))).Select(name => name.Key).ToHashSet();

    /// <summary>What is to be said of a path that leads nowhere because a name on it is not UTF-8; null where that is not the reason.</summary>
    public static DataException? On(string path)
    {
        for (var at = path.IndexOf(Unreadable); at >= 0; at = path.IndexOf(Unreadable, at + 1))
        {
            var end = path.IndexOf(Path.DirectorySeparatorChar, at) is >= 0 and var next ? next : path.Length;
            if (Exists(path[..end])) continue;
            var start = path.LastIndexOf(Path.DirectorySeparatorChar, at);
            return Refused(start < 0 ? "." : path[..Math.Max(1, start)], [path[(start + 1)..end]]);
        }
        return null;
    }

    // A name may hold a real U+FFFD and be fine.
    private static bool Exists(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static DataException? Refused(string folder, HashSet<string> marked)
    {
        var names = RawNames.In(folder).Where(name => marked.Contains(Encoding.UTF8.GetString(name)) && !IsUtf8(name)).ToList();
        if (names.Count == 0) return null;
        names.Sort((x, y) => x.AsSpan().SequenceCompareTo(y));
        var lines = names.Take(LinesShown).Select(name => $"\n  mv -n -- {Shell.Escaped([.. Encoding.UTF8.GetBytes(Shell.Below(folder, "")), .. name])} {Shell.Quoted(Shell.Below(folder, Free(folder, Latin1(name))))}");
        var more = names.Count > LinesShown ? FormattableString.Invariant($"\n  and {names.Count - LinesShown} more. ") : "\n  ";
        return new($"{Counted.Of(names.Count, "name")} in {folder} {(names.Count == 1 ? "is" : "are")} not UTF-8 and cannot be opened. Rename:{string.Concat(lines)}"
            + $"{more}Read as Latin-1; if they are in another encoding, such as GBK: convmv -r -f cp936 -t utf8 --notest {Shell.Quoted(folder)}", folder);
    }

    private static bool IsUtf8(byte[] name) => System.Text.Unicode.Utf8.IsValid(name);

    /// <summary>The name with its bytes beyond UTF-8 read as Latin-1; control characters become underlines.</summary>
    private static string Latin1(byte[] name)
    {
        var text = new StringBuilder();
        for (ReadOnlySpan<byte> rest = name; rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf8(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done) (rune, length) = (new Rune(rest[0]), 1);
            text.Append(Rune.IsControl(rune) ? "_" : rune.ToString());
            rest = rest[length..];
        }
        return text.ToString();
    }

    private static string Free(string folder, string name)
    {
        while (Exists(Path.Join(folder, name))) name = $"{Path.GetFileNameWithoutExtension(name)}_{Path.GetExtension(name)}";
        return name;
    }
}
