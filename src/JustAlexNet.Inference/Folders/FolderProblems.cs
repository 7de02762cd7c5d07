namespace JustAlexNet.Inference;

/// <summary>What is wrong with a data set's folders and names, for whoever wants to hear all of it instead of the first that <see cref="ImageFolder.Open"/> refuses.</summary>
internal sealed class FolderProblems
{
    private readonly SortedDictionary<string, FolderProblem> found = new(CodePointOrder.Instance);

    /// <summary>What was found, by path.</summary>
    public IReadOnlyCollection<FolderProblem> All => found.Values;

    /// <summary>Notes something; of a path that is noted already nothing more.</summary>
    /// <param name="path">A file or folder, as the caller's path leads to it.</param>
    /// <param name="fault">What Open says of it.</param>
    /// <param name="hidesPictures">Whether pictures cannot be reached for it.</param>
    public void Add(string path, DataException fault, bool hidesPictures) => found.TryAdd(path, new(path, fault.Message, hidesPictures));
}

/// <summary>Something that is wrong with a folder or a name.</summary>
/// <param name="Path">Where.</param>
/// <param name="Message">What, and what to do: one to twelve lines.</param>
/// <param name="HidesPictures">Whether pictures cannot be reached for it; false: only training would refuse them.</param>
internal sealed record FolderProblem(string Path, string Message, bool HidesPictures);

/// <summary>Every picture of a data set as it is, whether or not it could be trained on.</summary>
internal sealed record FolderScan(FolderLayout Layout, IReadOnlyList<(string Name, Part Part)> Parts)
{
    /// <summary>What stands in the way of training or of reading.</summary>
    public required FolderProblems Problems { get; init; }

    /// <summary>What was left out, a line each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Looks through a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="exclude">Pictures that are left out; null: none.</param>
    /// <exception cref="DataException">There is no such folder, or no picture in it; it has two parts of one kind; the list names pictures that are not there.</exception>
    public static FolderScan Of(string folder, ExcludeList? exclude)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder)) throw FolderFaults.Missing(folder);
        var problems = new FolderProblems();
        var parts = FolderParts.Find(folder, problems);
        var (unknown, _, notes) = FolderPictures.Fill(folder, parts, new FolderOptions { Exclude = exclude }, problems);
        try
        {
            FolderChecks.Check(folder, parts, new FolderOptions());
        }
        catch (DataException refused)
        {
            problems.Add(refused.Location ?? folder, refused, hidesPictures: false);
        }
        return new(parts.Layout, [.. Named(parts)]) { Problems = problems, Notes = [.. notes, .. unknown.Select(files => files.Note)] };
    }

    private static IEnumerable<(string, Part)> Named(FolderParts parts)
    {
        if (parts.Training is { } training) yield return (parts.Layout == FolderLayout.Plain ? "all" : "train", training);
        if (parts.Validation is { } validation) yield return ("validation", validation);
        if (parts.Test is { } test) yield return ("test", test);
    }
}
