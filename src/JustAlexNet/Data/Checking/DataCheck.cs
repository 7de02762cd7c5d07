using JustAlexNet.Imaging;
using JustAlexNet.Imaging.Decoding;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>How a data set is checked.</summary>
public sealed record DataCheckOptions
{
    /// <summary>Pictures that are left out; null (default): none.</summary>
    public ExcludeList? Exclude { get; init; }

    /// <summary>Threads that read pictures, 1 or more; null (default): as many as there are cores.</summary>
    public int? Workers { get; init; }

    /// <summary>A network that is asked what it thinks of the labels; stays the caller's. Null (default): none.</summary>
    public SavedModel? Model { get; init; }

    /// <summary>How it is asked. Default: by its own classes.</summary>
    public LabelJudge Judge { get; init; } = LabelJudge.ByClasses;

    /// <summary>Where what was found is kept while a check is under way, so that an interrupted one goes on; null: nowhere. Default: <c>dataset-check</c> in our cache folder.</summary>
    public string? CacheFolder { get; init; } = CheckCache.StandardFolder;

    /// <summary>Decides when what was found is kept.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>What a check is doing.</summary>
public enum DataCheckStage
{
    /// <summary>It reads pictures.</summary>
    Reading,

    /// <summary>The network looks at them.</summary>
    Doubting,

    /// <summary>Heads are fitted on what the network saw, a fold after the other.</summary>
    Fitting,
}

/// <summary>Reads every picture of a data set and tells what is wrong with it. The data set is not changed.</summary>
public static class DataCheck
{
    /// <summary>Checks a data set.</summary>
    /// <param name="folder">Its folder, as for <see cref="ImageFolder.Open"/>; what that refuses of names and classes is reported.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told how many of how many pictures are done; by one thread at a time.</param>
    /// <param name="stop">Ends between pictures; a later check of the same folder goes on from there.</param>
    /// <exception cref="DataException">There is no such folder, or no picture in it; the list of pictures to leave out does not fit; the network knows none of the classes.</exception>
    /// <exception cref="NotFiniteOutputException">The network's answers are no numbers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public static DataCheckReport Run(string folder, DataCheckOptions? options = null, Action<DataCheckStage, int, int>? progress = null, CancellationToken stop = default)
    {
        options ??= new DataCheckOptions();
        if (options.Workers is { } threads) ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(options));
        var reading = new PictureReading(folder, options.Exclude, options.CacheFolder, options.Clock);
        reading.Read(options.Workers, (done, of) => progress?.Invoke(DataCheckStage.Reading, done, of), stop);
        var report = Report(folder, reading.Scan, reading.Pictures, options.Exclude?.Names ?? []);
        if (options.Model is { } model)
        {
            reading.Keep();
            report = report with { Doubts = options.Judge.Judge(model, reading.Pictures, folder, (stage, done, of) => progress?.Invoke(stage, done, of), stop) };
        }
        reading.Forget();
        return report;
    }

    private static DataCheckReport Report(string folder, FolderScan scan, IReadOnlyList<CheckedPicture> pictures, IReadOnlyList<string> excluded)
    {
        var readable = pictures.Where(picture => picture.Facts.Fault is null).ToList();
        var problems = pictures.SelectMany(PictureProblems.Of).Concat(PictureProblems.OfNames(pictures)).Concat(OfFolders(folder, scan.Problems)).ToList();
        var duplicates = DuplicateSearch.In(pictures);
        var learned = readable.Where(picture => picture.Part is "train" or "all").ToList() is { Count: > 0 } training ? training : readable;
        var (mean, deviation) = Moments(learned);
        return new()
        {
            Folder = folder,
            Layout = scan.Layout,
            Files = pictures.Count,
            Bytes = pictures.Sum(picture => Math.Max(0, picture.Length)),
            Classes = [.. CheckedClass.In(scan)],
            Problems = [.. problems.OrderByDescending(problem => problem.Severity).ThenBy(problem => problem.Path, CodePointOrder.Instance).ThenBy(problem => problem.Kind)],
            Duplicates = duplicates,
            Formats = FormatsOf(pictures),
            Sizes = PictureSizes.Of([.. readable.Select(picture => picture.Facts)]),
            Mean = mean,
            Deviation = deviation,
            Notes = [.. scan.Notes, .. NotesOn(scan, duplicates)],
            Excluded = excluded,
            Quarantine = QuarantineChoice.Of(pictures, duplicates),
        };
    }

    private static SortedDictionary<string, int> FormatsOf(IEnumerable<CheckedPicture> pictures) =>
        new(pictures.Select(picture => picture.Facts.Header).OfType<PictureHeader>().CountBy(header => Failure.Name(header.Kind)).ToDictionary(), StringComparer.Ordinal);

    private static IEnumerable<string> NotesOn(FolderScan scan, IReadOnlyList<DuplicateGroup> duplicates)
    {
        var within = duplicates.Count(group => !group.IsLabelConflict);
        if (scan.Layout == FolderLayout.Plain && within > 0)
            yield return $"{Counted.Of(within, "group")} of duplicates {(within == 1 ? "lies" : "lie")} in a folder without parts: {(within == 1 ? "its" : "their")} photos may come to stand on both sides when train splits off validation photos";
    }

    private static IEnumerable<DataProblem> OfFolders(string folder, FolderProblems problems) =>
        from problem in problems.All
        let reason = string.Join("; ", problem.Message.Split('\n', StringSplitOptions.TrimEntries))
        select problem.HidesPictures
            ? new DataProblem(RelativePath.Of(folder, problem.Path), ProblemSeverity.Error, ProblemKind.Unreachable, reason)
            : new DataProblem(RelativePath.Of(folder, problem.Path), ProblemSeverity.Warning, ProblemKind.Folder, $"train refuses the folder: {reason}");

    // Var = E[x2] - E[x]2, over pictures that count the same.
    private static (IReadOnlyList<double>? Mean, IReadOnlyList<double>? Deviation) Moments(List<CheckedPicture> pictures)
    {
        if (pictures.Count == 0) return (null, null);
        double[] mean = [.. Enumerable.Range(0, 3).Select(c => pictures.Average(picture => picture.Facts.Look!.Mean[c]))];
        double[] deviation = [.. Enumerable.Range(0, 3).Select(c => Math.Sqrt(Math.Max(0, pictures.Average(picture => picture.Facts.Look!.Square[c]) - mean[c] * mean[c])))];
        return (mean, deviation);
    }
}
