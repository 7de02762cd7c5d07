using System.Text.Encodings.Web;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Data;

namespace JustAlexNet.Cli.Output;

/// <summary>What a check has found, as one JSON document.</summary>
internal static class DataCheckJson
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(DataCheckReport report, CheckFiles files, TextWriter output)
    {
        var document = new Dictionary<string, object?>
        {
            ["data"] = report.Folder,
            ["layout"] = Word(report.Layout),
            ["passes"] = report.Passes,
            ["files"] = report.Files,
            ["bytes"] = report.Bytes,
            ["classes"] = report.Classes.Select(Counts),
            ["imbalance"] = report.Imbalance,
            ["problems"] = report.Problems.Select(problem => new { path = problem.Path, severity = Word(problem.Severity), kind = Word(problem.Kind), reason = SettingOptions.In(problem.Reason) }),
            ["duplicates"] = report.Duplicates.Select(group => new { kind = Word(group.Kind), paths = group.Paths, classes = group.Classes, parts = group.Parts, label_conflict = group.IsLabelConflict, leak = group.IsLeak }),
            ["width"] = Range(report.Sizes?.Width),
            ["height"] = Range(report.Sizes?.Height),
            ["mean"] = report.Mean,
            ["std"] = report.Deviation,
        };
        if (report.Doubts is { } doubts)
            document["doubts"] = doubts.Select(doubt => new { path = doubt.Path, @class = doubt.Class, probability = doubt.Probability, likely = doubt.Likely, likely_probability = doubt.LikelyProbability, seen = Word(doubt.Seen) });
        document["notes"] = report.Notes;
        document["excluded"] = report.Excluded;
        document["quarantine"] = new { file = files.Quarantine, paths = report.Quarantine.Select(picture => picture.Path) };
        document["page"] = files.Page;
        output.WriteLine(JsonSerializer.Serialize(document, Readable));
    }

    /// <summary>A value of an enumeration as it is called in JSON: <c>exif_rotated</c>.</summary>
    internal static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName($"{value}");

    private static Dictionary<string, object> Counts(CheckedClass found)
    {
        var counts = new Dictionary<string, object> { ["name"] = found.Name, ["count"] = found.Count };
        if (!found.Parts.ContainsKey("all")) foreach (var (part, count) in found.Parts) counts[part] = count;
        return counts;
    }

    private static object? Range((int Least, int Median, int Most)? range) => range is var (least, median, most) ? new { min = least, median, max = most } : null;
}
