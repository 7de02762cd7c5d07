using System.Globalization;
using System.Text;
using JustAlexNet.Bench.Measuring;

namespace JustAlexNet.Bench.Reporting;

/// <summary>The report for people.</summary>
internal static class MarkdownReport
{
    private static readonly string[] RatioHead = ["what", "subject", "baseline", "ratio", "95 %", "min-max", "pairs"], SideHead = ["what", "side", "rate", "peak memory", "settings"],
        MemoryHead = ["what", "side", "peak memory", "ours over it"], FigureHead = ["what", "side", "figure", "value"];

    public static string Write(Machine machine, IReadOnlyList<Result> results, string control)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Measured on {machine.Processor}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{machine.Cores} cores, {machine.Features}, {machine.MemoryGiB:0.0} GiB, {machine.System}, {machine.DotNet}; {control}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{machine.Measured}, commit {machine.Commit}. Made by `dotnet run -c Release --project bench/JustAlexNet.Bench`; how to read it: [performance](../../docs/performance.md).\n\n");
        text.Append(Yardstick(machine)).Append("\n\n## Ratios\n\n");
        foreach (var line in RatioLines(results)) text.Append(line).Append('\n');
        text.Append("\nAbove 1 the subject is faster. Subject and baseline ran in turns in the same minutes, in processes of their own; the ratio is the median over the pairs, its interval a\nbootstrap of it. A pair is thrown away where a fixed matrix product, run before and after each side, moved by more than 10 %.\n");
        if (results.Any(r => r.Ratios.Any(ratio => ratio.IsUnsteady))) text.Append("`!`: the machine was never calm for three pairs; all of them are counted, and the ratio is worth little.\n");
        if (results.Any(result => result.Comparison.ComparesMemory))
        {
            text.Append("\n## Peak memory\n\nOf the side's whole process (VmHWM), a row of training. Below 1 ours takes less.\n\n");
            foreach (var line in MemoryLines(results)) text.Append(line).Append('\n');
        }
        if (PartLines(results).ToList() is { Count: > 0 } parts)
        {
            text.Append("\n## Parts of a training step\n\nMilliseconds of a step, and their share of it; oneDNN told its own times, which costs a little.\n\n");
            foreach (var line in parts) text.Append(line).Append('\n');
        }
        if (FigureLines(results).ToList() is { Count: > 0 } figures)
        {
            text.Append("\n## Under load\n\nOf all rounds of a side.\n\n");
            foreach (var line in figures) text.Append(line).Append('\n');
        }
        text.Append("\n## Rates and memory\n\n");
        foreach (var line in TextTable.Lines([SideHead, .. results.SelectMany(SideRows)])) text.Append(line).Append('\n');
        text.Append("\nThese rates depend on the minute in which they were taken: compare ratios, not rates, between reports.\n");
        return text.ToString();
    }

    /// <summary>The table of ratios, as it is printed too.</summary>
    public static IEnumerable<string> RatioLines(IReadOnlyList<Result> results) => TextTable.Lines([RatioHead, .. results.SelectMany(result => result.Ratios.Select(ratio => RatioRow(result, ratio)))]);

    /// <summary>The table of peak memory; empty where no row compares it.</summary>
    public static IEnumerable<string> MemoryLines(IReadOnlyList<Result> results)
    {
        var rows = results.Where(result => result.Comparison.ComparesMemory).SelectMany(MemoryRows).ToList();
        return rows.Count == 0 ? [] : TextTable.Lines([MemoryHead, .. rows]);
    }

    /// <summary>The table of the parts of a step, a column a side; empty where no side tells them.</summary>
    public static IEnumerable<string> PartLines(IReadOnlyList<Result> results)
    {
        var sides = results.SelectMany(result => result.Sides).Where(side => side.Parts is { Steps: > 0 }).ToList();
        if (sides.Count == 0) return [];
        var kinds = StepParts.Kinds.Where(kind => sides.Any(side => side.Parts!.Milliseconds(kind) is not null));
        return TextTable.Lines(
        [
            ["part of a step, ms", .. sides.Select(side => side.Side.Name)],
            .. kinds.Select(kind => (string[])[kind, .. sides.Select(side => Part(side.Parts!.Milliseconds(kind), side.Parts.Whole))]),
            ["the whole step", .. sides.Select(side => Part(side.Parts!.Whole, side.Parts.Whole))],
        ]);
    }

    /// <summary>Which table of targets applies to this processor.</summary>
    public static string Yardstick(Machine machine) => machine.HasBfloat16
        ? "This processor multiplies bfloat16 in hardware: training is judged by its multiple of ONNX Runtime's fp32 inference (the rows `ours` against `ONNX Runtime inference`)."
        : $"This processor ({machine.Features}) has neither AVX512_BF16 nor AMX: the targets in multiples of ONNX Runtime do not apply to it. Training runs in fp32 and is judged against plain TorchSharp.";

    private static string[] RatioRow(Result result, RatioResult found) =>
    [
        result.Comparison.Title, found.Ratio.Subject, found.Ratio.Baseline, Number(found.Spread.Median) + (found.IsUnsteady ? " !" : ""), $"{Number(found.Spread.Low)}-{Number(found.Spread.High)}",
        $"{Number(found.Spread.Smallest)}-{Number(found.Spread.Largest)}", found.Discarded == 0 ? $"{found.Kept}" : $"{found.Kept}, {found.Discarded} {(found.IsUnsteady ? "unsteady" : "discarded")}",
    ];

    /// <summary>The table of what sides tell beside their rates; empty where none does.</summary>
    public static IEnumerable<string> FigureLines(IReadOnlyList<Result> results)
    {
        var rows = results.SelectMany(result => result.Sides.SelectMany(side => side.Figures.Select(figure => new[] { result.Comparison.Title, side.Side.Name, figure.Key, Number(figure.Value) }))).ToList();
        return rows.Count == 0 ? [] : TextTable.Lines([FigureHead, .. rows]);
    }

    private static IEnumerable<string[]> MemoryRows(Result result)
    {
        var ours = result.Sides[0].PeakBytes;
        return result.Sides.Where(side => side.PeakBytes > 0).Select(side => new[] { result.Comparison.Title, side.Side.Name, Gibibytes(side.PeakBytes), Number(ours / (double)side.PeakBytes) });
    }

    private static string Part(double? milliseconds, double whole) => milliseconds is { } part ? string.Create(CultureInfo.InvariantCulture, $"{part:0.0} ({part / whole:0 %})") : "";

    private static string Gibibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.00} GiB");

    private static IEnumerable<string[]> SideRows(Result result) => result.Sides.Select(side => side.Skipped is { } reason
        ? [result.Comparison.Title, side.Side.Name, "not measured", "", reason]
        : new[]
        {
            result.Comparison.Title, side.Side.Name, string.Create(CultureInfo.InvariantCulture, $"{side.Rate:0.##} {side.Side.Unit}"),
            side.PeakBytes == 0 ? "" : Gibibytes(side.PeakBytes), side.About,
        });

    private static string Number(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : value >= 0.01 ? "0.00" : "0.0000", CultureInfo.InvariantCulture);
}
