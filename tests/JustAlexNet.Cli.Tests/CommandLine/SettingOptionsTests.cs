using System.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Cli.Verbs;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.CommandLine.Tests;

/// <summary>A setting is declared once; the command takes the rest from the declaration.</summary>
public sealed class SettingOptionsTests : IDisposable
{
    private static readonly Setting<int> Extra = new("extra_turns", "Turns of the extension, as `epochs` counts them", ValueKinds.Whole(1, 9), 3) { Group = SettingGroup.Photos, Unit = "TURNS" };

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Setting_of_an_extension_is_an_option_with_help_group_and_default() =>
        Assert.Matches(@"Photos:\n(  .*\n)*  --extra-turns <TURNS> +Turns of the extension, as --epochs counts them \[default: 3\]\n", Run(["train", "--help"]).Out);

    [Theory]
    [InlineData("--extra-turns x", "error: --extra-turns is 'x', expected a whole number, 1 to 9\n")]
    [InlineData("--lr fast --extra-turns 10 --warmup-epochs 1 --warmup-steps 2", "error: --lr is 'fast', expected a number such as 0.01\n  --extra-turns is 10, expected 1 to 9\n  See:")]
    [InlineData("--extra-turns 10 --epochs 0", "error: --epochs is 0, expected 1 or more\n  --extra-turns is 10, expected 1 to 9\n")]
    public void Setting_of_an_extension_is_parsed_and_judged_with_all_others(string line, string error)
    {
        var answer = Run(["train", "photos", .. line.Split(' ')]);
        Assert.Equal(ExitCode.Usage, answer.Code);
        Assert.StartsWith(error, answer.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Setting_of_an_extension_is_in_the_printed_recipe_from_line_and_file()
    {
        var file = scratch.At("mine.yaml");
        File.WriteAllText(file, "extra_turns: 4\nepochs: 2\n");
        Assert.Contains("\nextra_turns: 3\n", Run(["train", "photos", "--print-recipe"]).Out, StringComparison.Ordinal);
        Assert.Contains("\nextra_turns: 4\n", Run(["train", "photos", "--recipe", file, "--print-recipe"]).Out, StringComparison.Ordinal);
        var both = Run(["train", "photos", "--recipe", file, "--extra-turns", "5", "--print-recipe"]).Out;
        Assert.Contains("\nextra_turns: 5\n", both, StringComparison.Ordinal);
        Assert.Contains("\nepochs: 2\n", both, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_file_says_gives_way_to_the_line_and_only_to_it()
    {
        var file = scratch.At("cycle.yaml");
        File.WriteAllText(file, "schedule: onecycle\npct_start: 0.2\n");
        var changed = Run(["train", "photos", "--recipe", file, "--schedule", "cosine", "--print-recipe"]);
        Assert.Contains("\nschedule: cosine\n", changed.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("pct_start", changed.Out, StringComparison.Ordinal);
        Assert.StartsWith("error: --pct-start is for --schedule onecycle\n", Run(["train", "photos", "--recipe", file, "--schedule", "cosine", "--pct-start", "0.4"]).Err, StringComparison.Ordinal);
        File.WriteAllText(file, "schedule: cosine\npct_start: 0.2\n");
        Assert.StartsWith("error: --pct-start is for --schedule onecycle\n", Run(["train", "photos", "--recipe", file]).Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_of_photos_may_stand_in_the_file()
    {
        var file = scratch.At("data.yaml");
        File.WriteAllText(file, $"data: {scratch.At("nowhere")}\nlearning_rate: 3\n");
        Assert.Equal($"error: {file}, line 2, column 1: train has no setting 'learning_rate': did you mean lr?\n  See: justalexnet train --help\n", Run(["train", "--recipe", file]).Err);
        File.WriteAllText(file, $"data: {scratch.At("nowhere")}\n");
        Assert.Equal(ExitCode.Done, Run(["train", "--recipe", file, "--print-recipe"]).Code);
        Assert.StartsWith("error: DATA is missing: Folder of photos", Run(["train"]).Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_but_the_folder_is_an_option_of_its_verb()
    {
        using var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        foreach (var (schema, command) in new[] { (TrainSettings.Schema, TrainCommand.Create([], terminal)), (TransferSettings.Schema, TransferCommand.Create([], terminal)) })
            Assert.Equal(schema.Settings.Select(setting => SettingOptions.NameOf(setting.Name)).Except(["DATA"]), command.Options.Where(option => option is ISettingOption).Select(option => option.Name));
    }

    private static Answer Run(string[] line)
    {
        using StringWriter output = new(), error = new();
        using var terminal = new Terminal(output, error);
        var root = new Command("justalexnet") { RunVerb.Create(TrainSettings.Schema.With(Extra), "Train.", line, terminal), HelpWithExamples.Option(terminal) };
        var code = Root.Run(root, line, terminal);
        return new Answer(code, output.ToString(), error.ToString());
    }
}
