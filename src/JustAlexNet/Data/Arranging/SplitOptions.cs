using System.Globalization;
using System.Text.RegularExpressions;
using JustAlexNet.Files;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>How <see cref="DataSplit"/> divides a data set.</summary>
public sealed record SplitOptions
{
    /// <summary>The parts, by names that <see cref="ImageFolder"/> knows, a training part among them; their shares add up to 1. Default 70 % train, 15 % val, 15 % test.</summary>
    public IReadOnlyList<SplitPart> Parts { get; init; } = [new("train", 0.70), new("val", 0.15), new("test", 0.15)];

    /// <summary>Decides which picture goes where: the same seed and files give the same split on every machine. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>A regular expression on the file name, whose first group names a group of pictures that stay on one side, across classes too; null (default): none.</summary>
    public string? GroupBy { get; init; }

    /// <summary>Gives the pictures second names (hard links) instead of copying them. Default false.</summary>
    public bool Links { get; init; }

    /// <summary>Pictures that are left out; null (default): none.</summary>
    public ExcludeList? Exclude { get; init; }

    /// <summary>Threads that read pictures, 1 or more; null (default): as many as there are cores.</summary>
    public int? Workers { get; init; }

    /// <summary>Where what was found of the pictures is kept while they are read: see <see cref="DataCheckOptions.CacheFolder"/>.</summary>
    public string? CacheFolder { get; init; } = CheckCache.StandardFolder;

    /// <summary>Decides when it is kept.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Bytes that may be written in a folder.</summary>
    internal Func<string, long?> FreeIn { get; init; } = DiskSpace.FreeIn;

    /// <summary>What is wrong with these options, a sentence each; empty where nothing is.</summary>
    public IReadOnlyList<string> Faults() => [.. PartFaults(), .. GroupFaults()];

    /// <summary>The expression of <see cref="GroupBy"/>, which gives up on a name after a second.</summary>
    internal Regex? Pattern => GroupBy is { } pattern ? new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) : null;

    private IEnumerable<string> PartFaults()
    {
        if (Parts.Count < 2) yield return $"`into` names {Parts.Count} {(Parts.Count == 1 ? "part" : "parts")}, expected 2 or 3: train, and val or test or both";
        foreach (var part in Parts.Where(part => FolderParts.KindOf(part.Name) is null)) yield return $"`into` does not know the part '{part.Name}', expected {string.Join(", ", FolderParts.Names)}";
        var kinds = Parts.Select(part => FolderParts.KindOf(part.Name)).OfType<string>().ToList();
        foreach (var twice in kinds.GroupBy(kind => kind).Where(kind => kind.Count() > 1)) yield return $"`into` names {twice.Count()} {twice.Key} parts, expected one";
        if (kinds.Count == Parts.Count && Parts.Count > 1 && !kinds.Contains("training")) yield return "`into` names no training part, expected train among the parts";
        foreach (var part in Parts.Where(part => !(part.Share is > 0 and < 1))) yield return string.Create(CultureInfo.InvariantCulture, $"`into` gives {part.Name} a share of {100 * part.Share:0.##} %, expected above 0 and below 100");
        if (Parts.All(part => part.Share is > 0 and < 1) && Parts.Count > 1 && Math.Abs(Parts.Sum(part => part.Share) - 1) > 1e-6)
            yield return string.Create(CultureInfo.InvariantCulture, $"`into` has shares that add up to {100 * Parts.Sum(part => part.Share):0.##} %, expected 100");
    }

    private IEnumerable<string> GroupFaults()
    {
        if (GroupBy is null) yield break;
        string? fault = null;
        try
        {
            if (Pattern!.GetGroupNumbers().Length < 2) fault = $"`group_by` is '{GroupBy}', expected an expression with a group in brackets, which names what belongs together, such as ^(\\d+)_";
        }
        catch (ArgumentException wrong)
        {
            fault = $"`group_by` is '{GroupBy}', which is no regular expression: {wrong.Message.TrimEnd('.')}";
        }
        if (fault is not null) yield return fault;
    }
}

/// <summary>A part that a data set is divided into.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Share">Its share of the pictures, above 0 and below 1.</param>
public sealed record SplitPart(string Name, double Share);

/// <summary>What a division has made.</summary>
public sealed record SplitReport
{
    /// <summary>The folder that was made.</summary>
    public required string Output { get; init; }

    /// <summary>The classes by name, in code-point order, with their numbers of pictures in every part, by the names of <see cref="SplitOptions.Parts"/>.</summary>
    public required IReadOnlyList<CheckedClass> Classes { get; init; }

    /// <summary>Groups of two or more pictures that were kept on one side, and the pictures in them: those that are the same or look the same.</summary>
    public required (int Groups, int Pictures) Duplicates { get; init; }

    /// <summary>The same of those that <see cref="SplitOptions.GroupBy"/> names; null where it was not given.</summary>
    public required (int Groups, int Pictures)? Named { get; init; }

    /// <summary>What else is to be known, a line each, for people.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
