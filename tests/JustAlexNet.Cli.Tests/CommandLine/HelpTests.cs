using System.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Cli.Tests;

namespace JustAlexNet.Cli.CommandLine.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("", "justalexnet [command] [options]", "  justalexnet train photos --model resnet18 ")]
    [InlineData("train", "justalexnet train <DATA> [options]", "  justalexnet train photos --resume auto ")]
    [InlineData("predict", "justalexnet predict <IMAGE|FOLDER>... [options]", "  justalexnet predict photos/ --json --output predictions.jsonl\n")]
    [InlineData("evaluate", "justalexnet evaluate <DATA> [options]", "  justalexnet evaluate photos\n")]
    [InlineData("models", "justalexnet models [command] [options]", "  justalexnet models --json\n")]
    [InlineData("models test", "justalexnet models test <NAME> [options]", "  justalexnet models test resnet18\n")]
    [InlineData("doctor", "justalexnet doctor [options]", "  justalexnet doctor --json > machine.json\n")]
    public void Help_shows_usage_and_ends_with_examples(string verb, string usage, string example)
    {
        var answer = Here.Run([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.Contains($"Usage:\n  {usage}\n", answer.Out, StringComparison.Ordinal);
        Assert.Contains(example, answer.Out[answer.Out.IndexOf("\nExamples:\n", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Help_of_train_shows_every_default_of_the_recipe()
    {
        var help = Here.Run("train", "--help").Lines.Select(line => line.Trim()).ToList();
        foreach (var (option, standard) in new[]
        {
            ("model", "alexnet"), ("epochs", "20"), ("batch-size", "32"), ("lr", "0.01"), ("momentum", "0.9"), ("weight-decay", "0.0005"), ("image-size", "224"), ("workers", "auto"),
            ("val-split", "0.2"), ("seed", "0"), ("device", "auto"), ("augment", "basic"), ("schedule", "constant"), ("warmup-epochs", "0"), ("early-stop-patience", "0"),
            ("early-stop-min-delta", "0"), ("bad-images", "fail"), ("bad-images-limit", "none"), ("output", "checkpoints"),
        })
            Assert.EndsWith($"[default: {standard}]", help.Single(line => line.StartsWith($"--{option} ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public void Help_on_a_terminal_breaks_between_words(int width)
    {
        using var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        foreach (var verb in WithBelow(Root.Create([], terminal)))
        {
            var whole = Words(Page(verb, width: null)).ToHashSet();
            foreach (var line in Page(verb, width).Split('\n')) Assert.InRange(line.Length, 0, width - 1);
            Assert.All(Words(Page(verb, width)), word => Assert.True(
                whole.Contains(word) || whole.Any(longer => longer.Split(word) is [var before, var after] && (before.Length == 0 || "|,/".Contains(before[^1])) && (after.Length == 0 || "|,/".Contains(word[^1]))), $"{verb.Name}: '{word}' is no word"));
        }
    }

    [Fact]
    public void Options_of_verbs_with_many_stand_in_groups()
    {
        using var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        foreach (var verb in WithBelow(Root.Create([], terminal)).Where(verb => verb.Options.Count > 8))
            Assert.Equal(["--help"], verb.Options.Where(option => HelpGroups.Of(option) == HelpGroups.Other).Select(option => option.Name).Append("--help").Distinct());
        Assert.Contains("\nLearning:\n  --epochs <EPOCHS> ", Here.Run("train", "--help").Out, StringComparison.Ordinal);
        Assert.Contains("  --augment <NAME,...> ", Here.Run("train", "--help").Out, StringComparison.Ordinal);
    }

    private static string Page(Command verb, int? width)
    {
        using var text = new StringWriter();
        new HelpPage(verb, [.. verb.Options], ["train photos --model resnet18 --epochs 40 --output runs/cosine   # a comment that is as long as this"], width).Write(text);
        return text.ToString();
    }

    private static IEnumerable<string> Words(string text) => text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word is not (@"\" or "#"));

    private static IEnumerable<Command> WithBelow(Command command) => command.Subcommands.SelectMany(WithBelow).Prepend(command);

    [Fact]
    public void Version_is_that_of_the_assembly()
    {
        var answer = Here.Run("--version");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.Matches(@"^\d+\.\d+\.\d+(\+[0-9a-f]+)?\n$", answer.Out);
    }
}
