using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>How <see cref="DataSample"/> takes pictures from a data set.</summary>
public sealed record SampleOptions
{
    /// <summary>Decides which pictures are taken: the same seed and files give the same on every machine, and fewer are among more. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Gives the pictures second names (hard links) instead of copying them. Default false.</summary>
    public bool Links { get; init; }

    /// <summary>Pictures that are not taken; null (default): none.</summary>
    public ExcludeList? Exclude { get; init; }

    /// <summary>Bytes that may be written in a folder.</summary>
    internal Func<string, long?> FreeIn { get; init; } = DiskSpace.FreeIn;
}

/// <summary>What was taken.</summary>
/// <param name="Output">The folder that was made.</param>
/// <param name="Classes">The classes by name, in code-point order, with their numbers of pictures in every part, by the names of the parts' folders; <c>all</c> where there are no parts.</param>
/// <param name="Notes">What else is to be known, a line each, for people.</param>
public sealed record SampleReport(string Output, IReadOnlyList<CheckedClass> Classes, IReadOnlyList<string> Notes);

/// <summary>Takes some pictures of every class into a folder of its own; the parts stay parts.</summary>
public static class DataSample
{
    /// <summary>Takes pictures from a data set. It stays as it is; the new folder is there as a whole or not at all.</summary>
    /// <param name="count">How many of every class, in each part; of a class that has fewer, all. 1 or more.</param>
    /// <param name="folder">The data set's folder.</param>
    /// <param name="output">The folder to make: not there yet, or empty; outside the data set.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told how many of how many are copied.</param>
    /// <param name="stop">Ends between pictures; nothing is left.</param>
    /// <exception cref="DataException">There is no such folder, or no structure to learn from in it; the output cannot be made.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public static SampleReport Run(int count, string folder, string output, SampleOptions? options = null, Action<int, int>? progress = null, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        options ??= new SampleOptions();
        var copies = new PictureCopies(folder, output, options.Links, options.FreeIn);
        copies.Check();
        var scan = FolderScan.Of(folder, options.Exclude);
        if (scan.Problems.All.FirstOrDefault() is { } problem) throw new DataException(problem.Message, problem.Path);
        var partFolders = scan.Parts.ToDictionary(part => part.Name, part => scan.Layout == FolderLayout.Plain ? "all" : Path.GetFileName(part.Part.Path));
        List<CheckedPicture> taken = [.. CheckedPicture.In(scan, folder).GroupBy(picture => (picture.Part, picture.Class)).SelectMany(found => found
            .OrderBy(picture => SeededKey.Of(options.Seed, StreamPurpose.DataSample, picture.Class, picture.Below)).ThenBy(picture => picture.Below, CodePointOrder.Instance).Take(count))];
        copies.Write([.. taken.Select(picture => new PictureCopy(picture.File, $"{(scan.Layout == FolderLayout.Plain ? "" : $"{partFolders[picture.Part]}/")}{picture.Class}/{picture.Below}"))], progress, stop);
        List<CheckedClass> classes = [.. taken.GroupBy(picture => picture.Class).OrderBy(found => found.Key, CodePointOrder.Instance)
            .Select(found => new CheckedClass(found.Key, partFolders.ToDictionary(part => part.Value, part => found.Count(picture => picture.Part == part.Key))))];
        return new(output, classes, [.. scan.Notes, .. NotesOn(classes, count)]);
    }

    private static IEnumerable<string> NotesOn(List<CheckedClass> classes, int count)
    {
        if (classes.Count(found => found.Parts.Values.Any(taken => taken < count)) is > 0 and var few)
            yield return $"{Counted.Of(few, "class")} {(few == 1 ? "has" : "have")} fewer than {Counted.Of(count, "photo")} in a part: all of {(few == 1 ? "its" : "their")} photos there were taken";
    }
}
