using System.Text.Encodings.Web;
using System.Text.Json;
using JustAlexNet.Bench.Measuring;

namespace JustAlexNet.Bench.Reporting;

/// <summary>The report for programs, every round in it.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Style = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Machine machine, IReadOnlyList<Result> results, string control) => JsonSerializer.Serialize(new
    {
        machine = new
        {
            processor = machine.Processor, cores = machine.Cores, features = machine.Features, memory_gib = machine.MemoryGiB, system = machine.System, dotnet = machine.DotNet,
            measured = machine.Measured, commit = machine.Commit, control,
        },
        applies = MarkdownReport.Yardstick(machine),
        rows = results.Select(result => new
        {
            name = result.Comparison.Name, title = result.Comparison.Title,
            ratios = result.Ratios.Select(r => new
            {
                subject = r.Ratio.Subject, baseline = r.Ratio.Baseline, median = r.Spread.Median, low = r.Spread.Low, high = r.Spread.High, smallest = r.Spread.Smallest, largest = r.Spread.Largest,
                pairs = r.Kept, discarded = r.Discarded, unsteady = r.IsUnsteady,
            }),
            sides = result.Sides.Select(s => new { name = s.Side.Name, rate = s.Rate, unit = s.Side.Unit, peak_bytes = s.PeakBytes, about = s.About, skipped = s.Skipped, figures = s.Figures, step_milliseconds = s.Parts is { } parts ? StepParts.Kinds.ToDictionary(kind => kind, parts.Milliseconds) : null }),
            rounds = result.Rounds.Select(round => round.Rates.ToDictionary(r => r.Key, r => new { rate = r.Value, control_before = round.Controls[r.Key].Before, control_after = round.Controls[r.Key].After })),
        }),
    }, Style) + "\n";
}
