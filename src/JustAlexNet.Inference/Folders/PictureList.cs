namespace JustAlexNet.Inference;

/// <summary>Pictures to predict, from paths and folders.</summary>
public static class PictureList
{
    /// <summary>
    /// Every file named, as it is named; for a folder all its pictures, by known extension, in folders below too, each real file once, by name. Left out are hidden
    /// things, the folders of storage systems, those that runs have left and a run's plots in the folder itself, pipes and devices.
    /// </summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="notes">Receives what was left out, a line each; null: nobody is told.</param>
    /// <exception cref="DataException">
    /// A folder holds no picture or cannot be read, or a name is not UTF-8. A path that leads nowhere is a picture that cannot be read: that shows when it is.
    /// </exception>
    public static IReadOnlyList<string> Of(IEnumerable<string> paths, ICollection<string>? notes = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var skipped = new SkippedEntries();
        List<string> all = [.. paths.SelectMany(path => Directory.Exists(path) ? InFolder(path, skipped) : ForeignNames.On(path) is { } fault ? throw fault : [path])];
        foreach (var note in notes is null ? [] : skipped.Notes()) notes!.Add(note);
        return all;
    }

    private static IEnumerable<string> InFolder(string folder, SkippedEntries skipped)
    {
        var found = new ClassFolder("", folder);
        new PictureWalk(folder, skipped, _ => true).CollectRoot(found);
        var isRun = RunFolders.Is(folder);
        if (isRun) found.Pictures.RemoveAll(RunFolders.IsPlot);
        const string advice = "Name pictures, or a folder that holds some.";
        if (found.Pictures.Count == 0) throw isRun ? FolderFaults.LeftByRun(folder, advice) : new DataException($"{folder} holds no picture ({string.Join(" ", Imaging.ImageDecoder.Extensions)}).\n{advice}", folder);
        return found.Pictures.Select(picture => Path.Join(folder, picture.Replace('/', Path.DirectorySeparatorChar))).Order(CodePointOrder.Instance);
    }
}
