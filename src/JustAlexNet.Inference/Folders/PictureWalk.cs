using JustAlexNet.Imaging;
using JustAlexNet.Imaging.Decoding;

namespace JustAlexNet.Inference;

/// <summary>Collects the pictures below class folders, each real file once.</summary>
/// <remarks>
/// Folders and files proper go first, links after them, so that a link never takes a picture from the folder it really lies in.
/// A link to a folder that was walked already, or to one above the data set, is a loop or a repetition: it adds nothing.
/// </remarks>
/// <param name="root">The data set's folder.</param>
/// <param name="skipped">Counts what is not looked at.</param>
/// <param name="isExpected">Which files are no pictures and not worth a word.</param>
internal sealed class PictureWalk(string root, SkippedEntries skipped, Predicate<string> isExpected)
{
    private static readonly HashSet<string> Known = new(ImageDecoder.Extensions, StringComparer.OrdinalIgnoreCase);

    private readonly string realRoot = RealPath.Resolve(root) ?? root;
    private readonly HashSet<string> walked = [];         // real paths of folders
    private readonly HashSet<string> linked = [];         // real paths of files reached through links
    private readonly List<(ClassFolder Class, string Path, string Below)> links = [];
    private readonly SortedDictionary<string, (int Count, string First)> unknown = new(StringComparer.Ordinal);

    /// <summary>Hears what is wrong with folders and names; null (default): it is refused.</summary>
    public FolderProblems? Problems { get; init; }

    /// <summary>Links that led to pictures already counted.</summary>
    public int Repetitions { get; private set; }

    public IReadOnlyList<UnknownFiles> Unknown => [.. unknown.Select(e => new UnknownFiles(e.Key, e.Value.Count, e.Value.First))];

    public static bool IsPicture(string name) => Known.Contains(Path.GetExtension(name));

    /// <summary>Fills the classes, in this order where two of them reach the same picture by links.</summary>
    public void Collect(IReadOnlyList<ClassFolder> classes)
    {
        foreach (var found in classes)
        {
            if (new DirectoryInfo(found.Path).LinkTarget is not null) links.Add((found, found.Path, ""));
            else Walk(found, found.Path, RealPath.Resolve(found.Path)!, "");
        }
        FollowLinks();
        foreach (var found in classes) found.Sort();
    }

    /// <summary>Fills one class with everything in the root itself and below it.</summary>
    public void CollectRoot(ClassFolder into)
    {
        Walk(into, into.Path, realRoot, "");
        FollowLinks();
    }

    private void FollowLinks()
    {
        for (var i = 0; i < links.Count; i++) Follow(links[i].Class, links[i].Path, links[i].Below);   // following may find more links
    }

    private void Walk(ClassFolder into, string path, string real, string below)
    {
        if (!walked.Add(real)) { Repetitions++; return; }
        foreach (var entry in FolderEntry.Read(path, skipped, Problems))
        {
            var (here, name) = (Path.Join(path, entry.Name), below.Length == 0 ? entry.Name : below + "/" + entry.Name);
            if (entry.IsLink) links.Add((into, here, name));
            else if (entry.IsFolder) Walk(into, here, Path.Join(real, entry.Name), name);
            else TakeFile(into, here, name, mayBeSpecial: entry.IsEmptyFile);
        }
    }

    private void Follow(ClassFolder into, string path, string below)
    {
        var real = RealPath.Resolve(path);
        if (real is null || RealPath.IsAtOrAbove(real, realRoot))
        {
            Repetitions++;
        }
        else if (Directory.Exists(real))
        {
            Walk(into, path, real, below);
        }
        else if (!File.Exists(real))
        {
            Take(into, path, below);   // leads nowhere: reading it says so, as of any picture that cannot be read
        }
        else if (WasWalkedPast(real) || !linked.Add(real))
        {
            Repetitions++;
        }
        else
        {
            TakeFile(into, path, below, mayBeSpecial: true);
        }
    }

    private void TakeFile(ClassFolder into, string path, string below, bool mayBeSpecial)
    {
        if (!mayBeSpecial || !SpecialFile.Is(path)) Take(into, path, below);
        else if (IsPicture(below)) skipped.AddSpecial(path);
    }

    private bool WasWalkedPast(string real) =>
        IsPicture(real) && Path.GetFileName(real)[0] != '.' && walked.Contains(Path.GetDirectoryName(real)!);

    private void Take(ClassFolder into, string path, string below)
    {
        if (IsPicture(below)) { into.Pictures.Add(below); return; }
        if (isExpected(below)) return;
        var extension = Path.GetExtension(below).ToLowerInvariant();
        var (count, first) = unknown.GetValueOrDefault(extension, (0, path));
        unknown[extension] = (count + 1, first);
    }
}

/// <summary>Whether folders hold pictures, without reading more of them than the answer needs.</summary>
internal static class PictureProbe
{
    /// <summary>Whether a picture stands in the folder or anywhere below it.</summary>
    public static bool HoldsPictures(string folder, FolderProblems? problems = null) => HoldsPictures(folder, [], problems);

    /// <summary>Whether at least one folder directly in this one holds pictures: so look class folders.</summary>
    public static bool HoldsClasses(string folder, FolderProblems? problems = null) => Folders(folder, problems).Any(inner => HoldsPictures(inner, problems));

    /// <summary>How many pictures stand in the folder itself, in no folder below it.</summary>
    public static int LooseIn(string folder, SkippedEntries? skipped = null, FolderProblems? problems = null) => FolderEntry.Read(folder, skipped, problems).Count(entry => IsPicture(folder, entry));

    /// <summary>The folders in a folder, links to folders included, in code-point order of their names.</summary>
    public static IEnumerable<string> Folders(string folder, FolderProblems? problems = null) =>
        from entry in FolderEntry.Read(folder, problems: problems)
        let path = Path.Join(folder, entry.Name)
        where entry.IsFolder || (entry.IsLink && Directory.Exists(path))
        select path;

    private static bool HoldsPictures(string folder, HashSet<string> seen, FolderProblems? problems)
    {
        if (RealPath.Resolve(folder) is not { } real || !seen.Add(real)) return false;
        return FolderEntry.Read(folder, problems: problems).Any(entry => IsPicture(folder, entry)) || Folders(folder, problems).Any(inner => HoldsPictures(inner, seen, problems));
    }

    private static bool IsPicture(string folder, FolderEntry entry) =>
        !entry.IsFolder && PictureWalk.IsPicture(entry.Name) && !(entry.IsLink && Directory.Exists(Path.Join(folder, entry.Name)));
}
