using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Pictures to leave out of a data set, by name: a text file with a path a line, relative to the data set's folder, with <c>/</c> between the parts.</summary>
/// <remarks>Lines that begin with <c>#</c> are comments; a name that begins so is written <c>./#...</c>. Blank lines count for nothing, blanks in a line do. UTF-8. Immutable, thread-safe.</remarks>
public sealed class ExcludeList
{
    private const string Here = "./";

    private ExcludeList(string path, IReadOnlyList<string> names) => (Path, Names) = (path, names);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The names in it, each once, in order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Reads a list.</summary>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public static ExcludeList Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var lines = File.ReadAllLines(path);
            return new(path, [.. lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => line.StartsWith(Here, StringComparison.Ordinal) ? line[Here.Length..] : line).Distinct()]);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read {PrintableText.Of(path)}: {ReadFault.Reason(cause, path, "a list of pictures")}\n  Expected a file with a path a line, relative to the folder of photos, such as dataset check leaves (quarantine.txt).", path, cause);
        }
    }

    /// <summary>A line that stands for a name; null where no line can.</summary>
    internal static string? LineOf(string name) => name.AsSpan().IndexOfAny('\n', '\r') >= 0 ? null : name[0] == '#' ? Here + name : name;

    /// <summary>Takes the pictures out of their classes.</summary>
    /// <returns>Their paths, as they would have stood in the data set.</returns>
    /// <exception cref="DataException">There is no such picture.</exception>
    internal IReadOnlyList<string> TakeFrom(string folder, IEnumerable<ClassFolder> classes)
    {
        var wanted = Names.ToHashSet();
        var taken = new List<string>();
        foreach (var found in classes)
        {
            var place = RelativePath.Of(folder, found.Path);
            found.Pictures.RemoveAll(picture =>
            {
                if (!wanted.Remove($"{place}/{picture}")) return false;
                taken.Add(System.IO.Path.Join(found.Path, picture));
                return true;
            });
        }
        if (wanted.Count == 0) return taken;
        var missing = Names.Where(wanted.Contains).ToList();
        throw new DataException($"{PrintableText.Of(Path)} names {Counted.Of(missing.Count, "picture")} that {(missing.Count == 1 ? "is" : "are")} not in {folder}: {FolderFaults.Listed(missing)}\n"
            + "  Expected paths relative to that folder, / between the parts, such as train/cat/1.jpg. Correct or remove the lines, or have dataset check write the list anew.", Path);
    }
}

/// <summary>Paths below a folder, with <c>/</c> between the parts on every system.</summary>
internal static class RelativePath
{
    public static string Of(string folder, string path) => System.IO.Path.GetRelativePath(folder, path).Replace(System.IO.Path.DirectorySeparatorChar, '/');
}
