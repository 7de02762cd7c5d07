using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>What checking a data set has found. Paths are relative to <see cref="Folder"/>, with <c>/</c> between the parts.</summary>
public sealed record DataCheckReport
{
    /// <summary>The folder, as the caller gave it.</summary>
    public required string Folder { get; init; }

    /// <summary>How the pictures lie in it.</summary>
    public required FolderLayout Layout { get; init; }

    /// <summary>Number of picture files, those that cannot be read among them.</summary>
    public required int Files { get; init; }

    /// <summary>Their bytes together.</summary>
    public required long Bytes { get; init; }

    /// <summary>The classes by name, in code-point order.</summary>
    public required IReadOnlyList<CheckedClass> Classes { get; init; }

    /// <summary>How many times as many pictures the largest class has as the smallest, 1 or more; null where a class has none.</summary>
    public double? Imbalance => Classes.Min(found => found.Count) is > 0 and var least ? (double)Classes.Max(found => found.Count) / least : null;

    /// <summary>What is wrong or odd, errors first, then by path.</summary>
    public required IReadOnlyList<DataProblem> Problems { get; init; }

    /// <summary>Pictures that are there more than once, label conflicts and leaks first.</summary>
    public required IReadOnlyList<DuplicateGroup> Duplicates { get; init; }

    /// <summary>Number of files by kind (<c>JPEG</c>, <c>PNG</c>, <c>WebP</c>, <c>BMP</c>, <c>GIF</c>), by content and not by name; those that are none of them are not counted.</summary>
    public required IReadOnlyDictionary<string, int> Formats { get; init; }

    /// <summary>Columns and rows of the pictures that can be read, upright; null where none can.</summary>
    public required PictureSizes? Sizes { get; init; }

    /// <summary>
    /// Mean of red, green and blue, 0 to 1, over the training pictures (all, where there is no training part), each counting the same whatever its size: for a network's normalisation. Null where none can be read.
    /// </summary>
    public required IReadOnlyList<double>? Mean { get; init; }

    /// <summary>Standard deviation of the same.</summary>
    public required IReadOnlyList<double>? Deviation { get; init; }

    /// <summary>Pictures whose label a network doubts, the most doubtful first; null where none was asked.</summary>
    public IReadOnlyList<DoubtfulLabel>? Doubts { get; init; }

    /// <summary>What was left out and why, a line each, for people.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Pictures that were left out by <see cref="DataCheckOptions.Exclude"/>; nothing else here is about them.</summary>
    public required IReadOnlyList<string> Excluded { get; init; }

    /// <summary>What to leave out besides, for <see cref="ExcludeList"/>; in the order of the data set.</summary>
    public required IReadOnlyList<QuarantinedPicture> Quarantine { get; init; }

    /// <summary>Whether there is no error, no label conflict and no leak; warnings do not count.</summary>
    public bool Passes => !Problems.Any(problem => problem.Severity == ProblemSeverity.Error) && !Duplicates.Any(group => group.IsLabelConflict || group.IsLeak);
}

/// <summary>A class of the data set.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Parts">Number of its pictures by part: <c>train</c>, <c>validation</c>, <c>test</c>, or <c>all</c> where the folder has no parts. Every part of the data set is named, with 0 where it has none.</param>
public sealed record CheckedClass(string Name, IReadOnlyDictionary<string, int> Parts)
{
    /// <summary>Number of its pictures.</summary>
    public int Count => Parts.Values.Sum();

    /// <summary>The classes of a folder by name, in code-point order.</summary>
    internal static IEnumerable<CheckedClass> In(FolderScan scan) =>
        from found in scan.Parts.SelectMany(part => part.Part.Classes).Select(found => found.Name).Distinct().Order(CodePointOrder.Instance)
        select new CheckedClass(found, scan.Parts.ToDictionary(part => part.Name, part => part.Part.Classes.Where(other => other.Name == found).Sum(other => other.Pictures.Count)));
}

/// <summary>Whether something can be lived with.</summary>
public enum ProblemSeverity
{
    /// <summary>It is read and used, perhaps not as meant.</summary>
    Warning,

    /// <summary>It cannot be read, or is beyond a limit.</summary>
    Error,
}

/// <summary>What sort of problem it is.</summary>
public enum ProblemKind
{
    /// <summary>The file cannot be read as a picture: damaged, cut off, of another kind, too large.</summary>
    Unreadable,

    /// <summary>Pictures cannot be reached: a name that is not UTF-8, a folder without permission.</summary>
    Unreachable,

    /// <summary>The folder's structure is one that <c>train</c> refuses.</summary>
    Folder,

    /// <summary>Two names side by side differ in case or Unicode form only.</summary>
    Name,

    /// <summary>The name's ending is that of another kind than the content.</summary>
    Ending,

    /// <summary>A side is below 32 pixels.</summary>
    Tiny,

    /// <summary>It has more than 50 million pixels.</summary>
    Huge,

    /// <summary>One side is more than three times the other.</summary>
    Aspect,

    /// <summary>It is turned or mirrored when it is read.</summary>
    ExifRotated,

    /// <summary>CMYK.</summary>
    Cmyk,

    /// <summary>Stored without colours.</summary>
    Grey,

    /// <summary>More than 8 bits a colour value.</summary>
    DeepColour,

    /// <summary>With transparency.</summary>
    Alpha,

    /// <summary>Several frames.</summary>
    Animated,
}

/// <summary>Something wrong or odd.</summary>
/// <param name="Path">The file or folder; <c>.</c> is the data set's own.</param>
/// <param name="Severity">Whether it can be lived with.</param>
/// <param name="Kind">What sort it is.</param>
/// <param name="Reason">What is wrong, for people.</param>
public sealed record DataProblem(string Path, ProblemSeverity Severity, ProblemKind Kind, string Reason);

/// <summary>How pictures are the same.</summary>
public enum DuplicateKind
{
    /// <summary>Every byte of the files.</summary>
    Exact,

    /// <summary>What they show: of another size, quality or kind of file.</summary>
    Near,
}

/// <summary>Pictures that are one.</summary>
/// <param name="Kind">How they are the same.</param>
/// <param name="Paths">Two or more, in the order of the data set.</param>
/// <param name="Classes">The classes they are in.</param>
/// <param name="Parts">The parts they are in, by the names of <see cref="CheckedClass.Parts"/>.</param>
public sealed record DuplicateGroup(DuplicateKind Kind, IReadOnlyList<string> Paths, IReadOnlyList<string> Classes, IReadOnlyList<string> Parts)
{
    /// <summary>Whether one picture has several labels.</summary>
    public bool IsLabelConflict => Classes.Count > 1;

    /// <summary>Whether one picture is in several parts, so that what is measured was learned.</summary>
    public bool IsLeak => Parts.Count > 1;
}

/// <summary>Sizes of pictures in pixels: the smallest, the middle and the largest.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public sealed record PictureSizes((int Least, int Median, int Most) Width, (int Least, int Median, int Most) Height)
{
    internal static PictureSizes? Of(IReadOnlyList<PictureFacts> pictures) => pictures.Count == 0 ? null : new(Range(pictures.Select(facts => facts.Width)), Range(pictures.Select(facts => facts.Height)));

    private static (int, int, int) Range(IEnumerable<int> values)
    {
        var all = values.Order().ToList();
        return (all[0], all[all.Count / 2], all[^1]);
    }
}

/// <summary>A picture to leave out.</summary>
/// <param name="Path">Relative to the data set's folder.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record QuarantinedPicture(string Path, string Reason);
