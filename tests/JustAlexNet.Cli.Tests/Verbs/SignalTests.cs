using System.Text.RegularExpressions;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Inference.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed partial class SignalTests : IDisposable
{
    private const string Header = "photos/s    time\n";

    private readonly Scratch scratch = new();

    public SignalTests() => Child.NeedsSignals();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Run_stopped_twice_and_resumed_ends_as_the_run_that_never_stopped()
    {
        var photos = Photos.Three(scratch, each: 9, name: "my photos");        // a name that a shell would split
        string whole = Path.Combine(scratch.Folder, "whole"), stopped = Path.Combine(scratch.Folder, "stopped"), other = Path.Combine(scratch.Folder, "other");
        string[] Line(string output, params string[] more) => ["train", photos, "--model", "resnet18", "--image-size", "64", "--batch-size", "2", "--epochs", "2", "--output", output, .. more];

        string first, second;
        using (var child = new Child(Line(stopped)))
        {
            var answer = child.WaitFor(Header).Signal("INT").Wait();
            Assert.Equal(ExitCode.Interrupted, answer.Code);
            Assert.Equal("note: stopping after this step and saving; once more leaves at once\n", answer.Err);
            Assert.Matches($@"\ninterrupted in epoch 1 after step \d+ of 11; saved in {stopped}/latest_model\.pth\n", answer.Out);
            first = GoOn(answer);
            Assert.Equal($"{Child.Start} train '{photos}' --resume {stopped}/latest_model.pth --output {stopped}", first);
        }
        using (var child = new Child(Words(first)))
        {
            var answer = child.WaitFor("\n    1 ").Signal("TERM").Wait();
            Assert.Equal(ExitCode.Terminated, answer.Code);
            Assert.Matches(@"\ninterrupted in epoch 2 after step \d+ of 11; saved in ", answer.Out);
            second = GoOn(answer);
        }
        Assert.Equal(0, Child.Run(Words(second)).Code);
        Assert.Equal(0, Child.Run(Line(whole)).Code);
        Assert.Equal(0, Child.Run(Line(other, "--seed", "1")).Code);

        Assert.Empty(SameCheckpoint.Differences(Path.Combine(whole, "latest_model.pth"), Path.Combine(stopped, "latest_model.pth")));
        Assert.NotEmpty(SameCheckpoint.Differences(Path.Combine(whole, "latest_model.pth"), Path.Combine(other, "latest_model.pth")));
        Assert.Equal(History(whole), History(stopped));
        Assert.NotEqual(History(whole), History(other));
        Assert.Equal(File.ReadAllText(Path.Combine(whole, "confusion_matrix.csv")), File.ReadAllText(Path.Combine(stopped, "confusion_matrix.csv")));
    }

    [Fact]
    public void Run_stopped_during_validation_goes_on_with_it()
    {
        var photos = Photos.Of(scratch, "photos/train", 2, "cats", "dogs")[..^"/train".Length];
        foreach (var kind in new[] { "cats", "dogs" })
            for (var i = 0; i < 100; i++) TestPictures.Write(scratch.At("photos", "val", kind, $"{i}.bmp"), 500, 500, i);       // training is short, validation long
        for (var attempt = 1; ; attempt++)
        {
            var output = Path.Combine(scratch.Folder, $"run{attempt}");
            using var child = new Child([.. Here.TrainLine(photos, output), "--epochs", "1", "--workers", "0"]);
            child.WaitFor(Header);
            Thread.Sleep(700 * attempt);
            var answer = child.Signal("INT").Wait();
            if (!answer.Out.Contains("interrupted in epoch 1 before its validation; saved in ", StringComparison.Ordinal))
            {
                Assert.True(attempt < 6, $"no signal came during validation:\n{answer.Out}");
                continue;
            }
            Assert.Equal(ExitCode.Interrupted, answer.Code);
            Assert.False(File.Exists(Path.Combine(output, "history.csv")));
            var resumed = Child.Run(Words(GoOn(answer)));
            Assert.Equal(0, resumed.Code);
            Assert.Equal(2, File.ReadAllLines(Path.Combine(output, "history.csv")).Length);
            return;
        }
    }

    [Fact]
    public void Second_signal_leaves_at_once()
    {
        var photos = Photos.Of(scratch, "photos", 8, "cats", "dogs");
        var output = Path.Combine(scratch.Folder, "run");
        // A step of a large network on large pictures: long enough for two signals, the second no echo of the first.
        using var child = new Child("train", photos, "--model", "densenet201", "--batch-size", "12", "--precision", "fp32", "--memory-efficient", "--output", output);
        child.WaitFor(Header).Signal("TERM");
        Thread.Sleep(800);
        var answer = child.Signal("TERM").Wait();
        Assert.Equal(ExitCode.Terminated, answer.Code);
        Assert.DoesNotContain("saved in", answer.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(output, "latest_model.pth")));
    }

    [Fact]
    public void Signal_that_comes_twice_at_once_saves()
    {
        var output = Path.Combine(scratch.Folder, "run");
        using var child = new Child([.. Here.TrainLine(Photos.Three(scratch, each: 9), output), "--epochs", "200"]);
        var answer = child.WaitFor(Header).Signal("TERM", times: 2).Wait();        // as timeout sends it
        Assert.Equal(ExitCode.Terminated, answer.Code);
        Assert.Contains($"; saved in {output}/latest_model.pth\n", answer.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(output, "latest_model.pth")));
    }

    [Fact]
    public void Json_stays_alone_on_standard_output_when_interrupted()
    {
        var output = Path.Combine(scratch.Folder, "run");
        using var child = new Child([.. Here.TrainLine(Photos.Three(scratch, each: 9), output), "--json", "--workers", "0", "--unsafe-numerics"]);
        var answer = child.WaitFor("\"epoch\":1").Signal("INT").Wait();
        Assert.Equal(ExitCode.Interrupted, answer.Code);
        Assert.All(answer.Lines, line => System.Text.Json.JsonDocument.Parse(line).Dispose());
        Assert.Contains($"\ngo on  {Child.Start} train {scratch.Folder}/photos --resume {output}/latest_model.pth --output {output} --workers 0 --unsafe-numerics --json\n", answer.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Exit_codes_reach_the_shell()
    {
        Assert.Equal(ExitCode.Done, Child.Run("models").Code);
        Assert.Equal(ExitCode.Usage, Child.Run("modles").Code);
        Assert.Equal(ExitCode.Failed, Child.Run("train", Path.Combine(scratch.Folder, "none")).Code);
    }

    private static string GoOn(Answer answer) => GoOnLine().Match(answer.Out).Groups[1].Value;

    /// <summary>The words of a command line as a shell takes them, without those that start the command.</summary>
    private static string[] Words(string line) => [.. ShellWords().Matches(line[Child.Start.Length..]).Select(word => word.Value.Trim('\''))];

    // Without the columns of time.
    private static string[] History(string output) => [.. File.ReadAllLines(Path.Combine(output, "history.csv")).Select(line => string.Join(",", line.Split(",").Where((_, column) => column is not (8 or 9))))];

    [GeneratedRegex("\ngo on  (.*)\n")]
    private static partial Regex GoOnLine();

    [GeneratedRegex("'[^']*'|\\S+")]
    private static partial Regex ShellWords();
}
