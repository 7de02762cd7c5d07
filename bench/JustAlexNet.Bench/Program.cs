using System.CommandLine;
using System.Globalization;
using JustAlexNet.Bench.Measuring;
using JustAlexNet.Bench.Reporting;
using JustAlexNet.Bench.Rows;
using JustAlexNet.Bench.Sides;
using JustAlexNet.Runtime;

namespace JustAlexNet.Bench;

/// <summary>Measures, prints one table of ratios, writes the reports.</summary>
internal static class Program
{
    /// <summary>First word of a process that is a side.</summary>
    public const string SideVerb = "side";

    private static readonly Argument<string[]> Rows = new("ROW") { Description = "all, quick, or rows by name", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> Json = new("--json") { Description = "Write every round to this file", HelpName = "FILE" };
    private static readonly Option<string?> Report = new("--report") { Description = "Write a report for people to this file", HelpName = "FILE.md" };
    private static readonly Option<string?> Graph = new("--graph") { Description = "Draw what a photo costs by batch-size and image-size into this file", HelpName = "FILE.png" };
    private static readonly Option<string?> Data = new("--data") { Description = "Folder of photos for the rows that read files [default: ../shared/data/clothing where it is, else samples/clothing-mini; transfer-cache: always the latter]", HelpName = "FOLDER" };
    private static readonly Option<string?> Against = new("--against") { Description = "Another checkout, its bench built (dotnet build -c Release bench/JustAlexNet.Bench): every side of ours runs beside the other's, instead of beside peers", HelpName = "FOLDER" };
    private static readonly Option<int> Rounds = new("--rounds") { Description = "Pairs of each ratio [default: 5]", HelpName = "N" };
    private static readonly Option<double> Seconds = new("--seconds") { Description = "Seconds after which a row begins no further round once it has three [default: 45, quick 40]", HelpName = "S" };

    private static int Main(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (args is [SideVerb, ..]) return SideHost.Run(args[1..]);
        if (args is [Load.Campaign.Verb, ..]) return Load.Campaign.Run(args[1..]);
        var catalogue = new RowCatalogue(Checkout.Photos, Checkout.Sample);
        var root = new RootCommand(
            "Measures JustAlexNet beside its peers, in turns, and prints ratios.\n\nRows: " + string.Join(", ", catalogue.All.Select(row => row.Name))
            + "\n\nall takes about an hour on two cores, quick less than five. Let nothing else run meanwhile. How to read the table: docs/performance.md.")
        {
            Rows, Json, Report, Graph, Data, Against, Rounds, Seconds,
        };
        root.SetAction(result => Run(result, root));
        return root.Parse(args).Invoke();
    }

    private static int Run(ParseResult line, RootCommand root)
    {
        var names = line.GetValue(Rows)!;
        if (names.Length == 0) return root.Parse("--help").Invoke();
        var catalogue = line.GetValue(Data) is { } folder ? new RowCatalogue(Path.GetFullPath(folder), Path.GetFullPath(folder)) : new RowCatalogue(Checkout.Photos, Checkout.Sample);
        var quick = names is ["quick"];
        var chosen = quick ? catalogue.Quick : names is ["all"] ? catalogue.All : [.. catalogue.All.Where(row => names.Contains(row.Name))];
        if (!quick && names is not ["all"] && names.Except(catalogue.All.Select(row => row.Name)).ToList() is { Count: > 0 } unknown)
        {
            Console.Error.WriteLine($"error: there is no row '{unknown[0]}', expected all, quick or some of: {string.Join(", ", catalogue.All.Select(row => row.Name))}");
            return 2;
        }
        if (line.GetValue(Against) is { } other)
        {
            var program = Path.GetFullPath(Path.Combine(other, "out", "bin", "JustAlexNet.Bench", "release", "JustAlexNet.Bench"));
            if (!File.Exists(program))
            {
                Console.Error.WriteLine($"error: there is no {program}: build it there by dotnet build -c Release bench/JustAlexNet.Bench");
                return 2;
            }
            chosen = [.. chosen.Select(row => row.Against(program)).OfType<Comparison>()];
        }
        var patience = quick ? new Patience(5, 40, 0.4) : new Patience(5, 45, 0.8);
        patience = patience with { Rounds = line.GetValue(Rounds) is > 0 and var n ? n : patience.Rounds, Seconds = line.GetValue(Seconds) is > 0 and var s ? s : patience.Seconds };
        return Measure(chosen, patience, line.GetValue(Json), line.GetValue(Report), line.GetValue(Graph)) ? 0 : 1;
    }

    /// <summary>Whether every row could be measured.</summary>
    private static bool Measure(IReadOnlyList<Comparison> rows, Patience patience, string? json, string? report, string? graph)
    {
        var machine = Machine.Here();
        var control = new Side(Ratio.Control, "control", "side=1024", $"dtype={(ProcessorFeatures.HasBfloat16 ? "bf16" : "fp32")}");
        var (results, failed) = (new List<Result>(), 0);
        Console.WriteLine($"{machine.Processor}, {machine.Cores} cores, {machine.Features}, {machine.MemoryGiB:0.0} GiB\n{MarkdownReport.Yardstick(machine)}");
        foreach (var row in rows)
        {
            var number = results.Count + failed + 1;
            var alternation = new Alternation(control, patience, said => Console.Error.WriteLine($"[{number}/{rows.Count}] {said}"));
            try
            {
                results.Add(alternation.Measure(row, machine.RoomGiB));
            }
            catch (BenchException e)
            {
                Console.Error.WriteLine($"error: {row.Name}: {e.Message}");       // the other rows are worth having
                failed++;
                continue;
            }
            var about = $"control kernel: GEMM 1024^3 in {(ProcessorFeatures.HasBfloat16 ? "bf16" : "fp32")}";
            if (json is not null) File.WriteAllText(json, JsonReport.Write(machine, results, about));           // after every row: an interrupted run leaves what it has
            if (graph is not null && CostGraph.Png(results) is { } png) File.WriteAllBytes(graph, png);
            if (report is not null) File.WriteAllText(report, MarkdownReport.Write(machine, results, about));
        }
        Console.WriteLine();
        if (results.Count > 0)
            foreach (var line in MarkdownReport.RatioLines(results)) Console.WriteLine(line);
        Console.WriteLine();
        foreach (var line in MarkdownReport.PartLines(results)) Console.WriteLine(line);
        foreach (var line in MarkdownReport.MemoryLines(results)) Console.WriteLine(line);
        foreach (var line in MarkdownReport.FigureLines(results)) Console.WriteLine(line);
        foreach (var (result, side) in results.SelectMany(r => r.Sides.Where(s => s.Skipped is not null).Select(s => (r, s))))
            Console.WriteLine($"not measured: {result.Comparison.Name}, {side.Side.Name}: {side.Skipped}");
        if (failed > 0) Console.WriteLine($"{failed} of {rows.Count} rows could not be measured: see above");
        return failed == 0;
    }
}
