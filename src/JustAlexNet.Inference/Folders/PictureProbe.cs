namespace JustAlexNet.Inference;

/// <summary>Whether folders hold pictures, without reading more of them than the answer needs.</summary>
internal static class PictureProbe
{
    /// <summary>Whether a picture stands in the folder or anywhere below it.</summary>
    public static bool HoldsPictures(string folder) => HoldsPictures(folder, []);

    /// <summary>Whether at least one folder directly in this one holds pictures: so look class folders.</summary>
    public static bool HoldsClasses(string folder) => Folders(folder).Any(HoldsPictures);

    /// <summary>How many pictures stand in the folder itself, in no folder below it.</summary>
    public static int LooseIn(string folder, SkippedEntries? skipped = null) => FolderEntry.Read(folder, skipped).Count(entry => IsPicture(folder, entry));

    /// <summary>The folders in a folder, links to folders included, in code-point order of their names.</summary>
    public static IEnumerable<string> Folders(string folder) =>
        from entry in FolderEntry.Read(folder)
        let path = Path.Join(folder, entry.Name)
        where entry.IsFolder || (entry.IsLink && Directory.Exists(path))
        select path;

    private static bool HoldsPictures(string folder, HashSet<string> seen)
    {
        if (RealPath.Resolve(folder) is not { } real || !seen.Add(real)) return false;
        return FolderEntry.Read(folder).Any(entry => IsPicture(folder, entry)) || Folders(folder).Any(inner => HoldsPictures(inner, seen));
    }

    private static bool IsPicture(string folder, FolderEntry entry) =>
        !entry.IsFolder && PictureWalk.IsPicture(entry.Name) && !(entry.IsLink && Directory.Exists(Path.Join(folder, entry.Name)));
}
