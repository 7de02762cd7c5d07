namespace JustAlexNet.Data;

/// <summary>Whether folders hold pictures, without reading more of them than the answer needs.</summary>
internal static class PictureProbe
{
    /// <summary>Whether a picture stands in the folder or anywhere below it.</summary>
    public static bool HoldsPictures(string folder) => HoldsPictures(folder, []);

    /// <summary>Whether at least one folder directly in this one holds pictures: so look class folders.</summary>
    public static bool HoldsClasses(string folder) => Folders(folder).Any(HoldsPictures);

    /// <summary>The folders in a folder, links to folders included, in code-point order of their names.</summary>
    public static IEnumerable<string> Folders(string folder) =>
        from entry in FolderEntry.Read(folder)
        let path = Path.Join(folder, entry.Name)
        where entry.IsFolder || (entry.IsLink && Directory.Exists(path))
        select path;

    private static bool HoldsPictures(string folder, HashSet<string> seen)
    {
        if (RealPath.Resolve(folder) is not { } real || !seen.Add(real)) return false;
        var entries = FolderEntry.Read(folder);
        return entries.Any(e => !e.IsFolder && PictureWalk.IsPicture(e.Name) && !Directory.Exists(Path.Join(folder, e.Name)))
            || Folders(folder).Any(inner => HoldsPictures(inner, seen));
    }
}
