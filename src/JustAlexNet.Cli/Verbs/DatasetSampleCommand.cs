using System.CommandLine;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Data;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet dataset sample N DATA</c>: some photos of every class.</summary>
internal static class DatasetSampleCommand
{
    private static readonly Argument<int> Count = new("N")
    {
        Description = "How many photos of every class, in each part of DATA",
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count) && count > 0) return count;
            result.AddError($"N is '{result.Tokens[0].Value}', expected a whole number, 1 or more");
            return 0;
        },
    };

    private static readonly SettingOptions Settings = new(new RecipeSchema("dataset sample", [CommonSettings.DataFolder, CommonSettings.Exclude, CommonSettings.Seed]));
    private static readonly Option<bool> Link = OfArranging.Link();
    private static readonly Option<string?> Output = OfArranging.Output();
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on standard output: output, seed, classes with their numbers in every part" };

    /// <summary>Command lines to copy.</summary>
    public static string[] Examples { get; } = ["dataset sample 5 photos --output few", "dataset sample 100 photos --output few --link --seed 3"];

    public static Command Create(Terminal terminal)
    {
        var sample = new Command("sample", "Take some photos of every class into a folder of their own, to try something on; parts stay parts. The photos stay where they are: copies are taken, or links with --link.") { Count };
        Settings.AddTo(sample);
        foreach (var option in new Option[] { Link, Output, Json }) sample.Add(option);
        HelpWithExamples.Add(sample, Examples);
        sample.SetAction(result => Run(result, terminal));
        return sample;
    }

    private static int Run(ParseResult result, Terminal terminal)
    {
        var recipe = Settings.Read(result, out var unread);
        var faults = (unread.Count > 0 ? unread : recipe.Faults()).ToList();
        if (result.GetValue(Output) is null) faults.Add(OfArranging.NoOutput);
        if (faults.Count > 0) return LineFaults.Refuse(result, terminal, faults);
        using var stop = new StopSignal();
        SampleReport report;
        var data = recipe.Get(CommonSettings.DataFolder);
        var options = new SampleOptions { Seed = recipe.Get(CommonSettings.Seed), Exclude = CommonSettings.Excluded(recipe), Links = result.GetValue(Link) };
        try
        {
            using var counter = new CountingLine(terminal, TimeProvider.System);
            report = DataSample.Run(result.GetValue(Count), data, result.GetValue(Output)!, options, (done, of) => counter.ShowSome(OfArranging.Doing(options.Links), done, of), stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error($"interrupted; nothing was left in {result.GetValue(Output)}.");
            return stop.ExitCode;
        }
        foreach (var note in report.Notes) terminal.Note(note);
        if (result.GetValue(Json))
        {
            DataCheckJson.Write(new { data, output = report.Output, linked = options.Links, seed = options.Seed, count = result.GetValue(Count), classes = DataCheckJson.Classes(report.Classes), notes = report.Notes.Select(SettingOptions.In) }, terminal.Out);
            return ExitCode.Done;
        }
        new DataFiguresText(terminal).WriteClasses(report.Classes);
        OfArranging.WriteEnd(report.Output, report.Classes, options.Links, terminal);
        return ExitCode.Done;
    }
}
