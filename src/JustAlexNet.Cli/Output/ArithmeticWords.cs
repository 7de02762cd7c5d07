using JustAlexNet.Diagnosis;

namespace JustAlexNet.Cli.Output;

/// <summary>A check of arithmetic for programs.</summary>
internal static class ArithmeticWords
{
    /// <summary>As a JSON object; an error that is no finite number becomes null.</summary>
    public static object Json(ArithmeticReport report) => new
    {
        right = report.IsRight,
        comparisons = report.Findings.Count,
        worst = Json(report.Worst),
        wrong = report.Findings.Where(finding => !finding.IsRight).Select(Json),
    };

    private static object Json(ArithmeticFinding finding) => new
    {
        layer = finding.Layer,
        shape = finding.Shape,
        part = finding.Part,
        precision = finding.Precision,
        batch_size = finding.BatchSize,
        channel = finding.Channel,
        error = double.IsFinite(finding.Error) ? finding.Error : (double?)null,
        limit = finding.Limit,
    };
}
