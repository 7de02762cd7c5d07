using System.CommandLine;
using System.Globalization;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet dataset split DATA</c>: some photos into training, validation and test parts.</summary>
internal static class DatasetSplitCommand
{
    private static readonly SettingOptions Settings = new(new RecipeSchema("dataset split", [CommonSettings.DataFolder, CommonSettings.Exclude, CommonSettings.Seed]));
    private static readonly Option<string[]> Into = Values.Two("--into", "The parts, and which share of each class goes to each, in percent", "PARTS SHARES", "train,val,test", "70,15,15");
    private static readonly Option<string?> GroupBy = new("--group-by") { Description = "A regular expression on file names: photos for which its first group in brackets reads the same stay in one part, such as '^(\\d+)_' for 17_a.jpg and 17_b.jpg", HelpName = "PATTERN" };
    private static readonly Option<bool> Link = OfArranging.Link();
    private static readonly Option<string?> Output = OfArranging.Output();
    private static readonly NumberOrWord<int> Workers = ReadingThreads.Option();
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on standard output: output, seed, classes with their numbers in every part, duplicates and groups that were kept together" };

    /// <summary>Command lines to copy.</summary>
    public static string[] Examples { get; } = ["dataset split photos --output parts", "dataset split photos --into train,val 80,20 --output parts --link", "dataset split photos --group-by '^(\\d+)_' --seed 3 --output parts     # 17_a.jpg and 17_b.jpg stay together"];

    public static Command Create(Terminal terminal)
    {
        var split = new Command("split", "Divide a folder of class folders into parts, every class by the same shares; the same picture twice, or much alike, comes into one part only. The photos stay where they are: the parts are copies, or links with --link.");
        Settings.AddTo(split);
        foreach (var option in new Option[] { Into, GroupBy, Link, Output, Workers, Json }) split.Add(option);
        HelpWithExamples.Add(split, Examples);
        split.SetAction(result => Run(result, terminal));
        return split;
    }

    private static int Run(ParseResult result, Terminal terminal)
    {
        var recipe = Settings.Read(result, out var unread);
        var faults = (unread.Count > 0 ? unread : recipe.Faults()).ToList();
        var options = new SplitOptions { GroupBy = result.GetValue(GroupBy), Links = result.GetValue(Link), Workers = Workers.Of(result) };
        if (Parts(result.GetValue(Into)!, out var wrong) is { } parts) options = options with { Parts = parts };
        if (wrong is not null) faults.Add(wrong);
        faults.AddRange(options.Faults());
        if (result.GetValue(Output) is null) faults.Add(OfArranging.NoOutput);
        if (ReadingThreads.Fault(options.Workers) is { } threads) faults.Add(threads);
        if (faults.Count > 0) return LineFaults.Refuse(result, terminal, faults);
        using var stop = new StopSignal();
        SplitReport report;
        var data = recipe.Get(CommonSettings.DataFolder);
        options = options with { Seed = recipe.Get(CommonSettings.Seed), Exclude = CommonSettings.Excluded(recipe) };
        try
        {
            using var counter = new CountingLine(terminal, TimeProvider.System);
            report = DataSplit.Run(data, result.GetValue(Output)!, options, (stage, done, of) => counter.ShowSome(stage == ArrangeStage.Reading ? "reading photos" : OfArranging.Doing(options.Links), done, of), stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error($"interrupted; nothing was left in {result.GetValue(Output)}. What was read of the photos is kept for the same command.");
            return stop.ExitCode;
        }
        foreach (var note in report.Notes) terminal.Note(note);
        if (result.GetValue(Json)) WriteJson(report, options, data, terminal);
        else Write(report, options, terminal);
        return ExitCode.Done;
    }

    // train,val 80,20: percent, or fractions that add up to one.
    private static List<SplitPart>? Parts(string[] words, out string? fault)
    {
        var (names, texts) = (words[0].Split(','), words[1].Split(','));
        List<double?> shares = [.. texts.Select(text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) ? (double?)share : null)];
        fault = shares.IndexOf(null) is >= 0 and var place ? $"--into has the share '{texts[place]}', expected numbers in percent with commas between them, such as 70,15,15"
            : names.Length != texts.Length ? $"--into names {Counted.Of(names.Length, "part")} ({words[0]}) and {Counted.Of(texts.Length, "share")} ({words[1]}), expected as many, such as: --into train,val,test 70,15,15" : null;
        if (fault is not null) return null;
        var whole = Math.Abs(shares.Sum()!.Value - 1) < 1e-6 ? 1 : 100;
        return [.. names.Zip(shares, (name, share) => new SplitPart(name, share!.Value / whole))];
    }

    private static void Write(SplitReport report, SplitOptions options, Terminal terminal)
    {
        new DataFiguresText(terminal).WriteClasses(report.Classes);
        if (report.Duplicates.Groups > 0) terminal.Out.WriteLine($"kept together  {Counted.Of(report.Duplicates.Groups, "group")} of {Counted.Of(report.Duplicates.Pictures, "photo")} that are the same or look it");
        if (report.Named is { } named) terminal.Out.WriteLine($"kept together  {Counted.Of(named.Groups, "group")} of {Counted.Of(named.Pictures, "photo")} by their names");
        OfArranging.WriteEnd(report.Output, report.Classes, options.Links, terminal);
    }

    private static void WriteJson(SplitReport report, SplitOptions options, string data, Terminal terminal) => DataCheckJson.Write(new
    {
        data, output = report.Output, linked = options.Links, seed = options.Seed,
        parts = options.Parts.Select(part => new { name = part.Name, share = part.Share, files = report.Classes.Sum(found => found.Parts[part.Name]) }),
        classes = DataCheckJson.Classes(report.Classes),
        duplicates = new { groups = report.Duplicates.Groups, files = report.Duplicates.Pictures },
        groups = report.Named is { } named ? new { groups = named.Groups, files = named.Pictures } : null,
        notes = report.Notes.Select(SettingOptions.In),
    }, terminal.Out);
}

/// <summary>What dividing and sampling have in common on the line.</summary>
internal static class OfArranging
{
    /// <summary>Said where no folder is named to make.</summary>
    public const string NoOutput = "--output is missing: the folder to make";

    public static Option<bool> Link() => new("--link") { Description = "Make hard links instead of copies: no room is taken, and photos that are edited change in both folders; on one disk only" };

    public static Option<string?> Output() => Values.Path("--output", "The folder to make, outside DATA; what is there is never overwritten", "FOLDER");

    public static string Doing(bool links) => links ? "linking photos" : "copying photos";

    public static void WriteEnd(string output, IReadOnlyList<CheckedClass> classes, bool links, Terminal terminal)
    {
        terminal.Out.WriteLine(terminal.Broken($"{output}   {Counted.Of(classes.Sum(found => found.Count), "photo")} {(links ? "as hard links" : "copied")}"));
        terminal.Out.WriteLine($"next  {Invocation.Line("train", output)}");
    }
}
