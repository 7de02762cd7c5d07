using System.Text.Encodings.Web;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Data;
using JustAlexNet.Imaging;

namespace JustAlexNet.Cli.Output;

/// <summary>What a check has found, as one JSON document.</summary>
internal static class DataCheckJson
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(DataCheckReport report, CheckFiles files, TextWriter output)
    {
        var document = Figures(report);
        document["passes"] = report.Passes;
        document["problems"] = report.Problems.Select(problem => new { path = problem.Path, severity = Word(problem.Severity), kind = Word(problem.Kind), reason = SettingOptions.In(problem.Reason) });
        document["duplicates"] = report.Duplicates.Select(group => new { kind = Word(group.Kind), paths = group.Paths, classes = group.Classes, parts = group.Parts, label_conflict = group.IsLabelConflict, leak = group.IsLeak });
        if (report.Doubts is { } doubts)
            document["doubts"] = doubts.Select(doubt => new { path = doubt.Path, @class = doubt.Class, probability = doubt.Probability, likely = doubt.Likely, likely_probability = doubt.LikelyProbability, seen = Word(doubt.Seen) });
        document["excluded"] = report.Excluded;
        document["quarantine"] = new { file = files.Quarantine, paths = report.Quarantine.Select(picture => picture.Path) };
        document["page"] = files.Page;
        Write(document, output);
    }

    /// <summary>What a data set is like, as one JSON document.</summary>
    public static void WriteFigures(DataCheckReport report, TextWriter output)
    {
        var document = Figures(report);
        document["unreadable"] = report.Problems.Count(problem => problem.Kind == ProblemKind.Unreadable);
        document["imagenet"] = new { mean = Values(ChannelValues.ImageNetMean), std = Values(ChannelValues.ImageNetDeviation) };
        document["excluded"] = report.Excluded;
        Write(document, output);
    }

    /// <summary>A document on a line.</summary>
    public static void Write(object document, TextWriter output) => output.WriteLine(JsonSerializer.Serialize(document, Readable));

    /// <summary>Classes with their numbers of photos in every part.</summary>
    public static IEnumerable<object> Classes(IReadOnlyList<CheckedClass> classes) => classes.Select(Counts);

    /// <summary>A value of an enumeration as it is called in JSON: <c>exif_rotated</c>.</summary>
    internal static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{value}");

    private static Dictionary<string, object?> Figures(DataCheckReport report) => new()
    {
        ["data"] = report.Folder,
        ["layout"] = Word(report.Layout),
        ["files"] = report.Files,
        ["bytes"] = report.Bytes,
        ["classes"] = Classes(report.Classes),
        ["imbalance"] = report.Imbalance,
        ["formats"] = report.Formats,
        ["width"] = Range(report.Sizes?.Width),
        ["height"] = Range(report.Sizes?.Height),
        ["mean"] = report.Mean,
        ["std"] = report.Deviation,
        ["notes"] = report.Notes,
    };

    private static double[] Values(ChannelValues values) => [values.Red, values.Green, values.Blue];

    private static Dictionary<string, object> Counts(CheckedClass found)
    {
        var counts = new Dictionary<string, object> { ["name"] = found.Name, ["count"] = found.Count };
        if (!found.Parts.ContainsKey("all")) foreach (var (part, count) in found.Parts) counts[part] = count;
        return counts;
    }

    private static object? Range((int Least, int Median, int Most)? range) => range is var (least, median, most) ? new { min = least, median, max = most } : null;
}
