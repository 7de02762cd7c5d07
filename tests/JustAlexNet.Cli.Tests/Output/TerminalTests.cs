using System.Text.RegularExpressions;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Output.Tests;

public sealed class TerminalTests
{
    [Fact]
    public void Errors_are_red_on_a_terminal_and_plain_where_NO_COLOR_refuses_it()
    {
        Assert.Contains("\e[31;1merror:\e[0m unknown option '--data'", Pty.Run(80, noColour: null, "train", "--data"), StringComparison.Ordinal);
        var plain = Pty.Run(80, noColour: "1", "train", "--data");
        Assert.Contains("error: unknown option '--data'", plain, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[31", plain, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80), InlineData(40)]
    public void Errors_and_the_table_of_networks_fit_the_terminal(int width)
    {
        foreach (var arguments in new string[][] { ["models"], ["predict", "none.jpg"], ["models", "test", "vgg"], ["train", "/nowhere/at/all/photos"] })
        {
            var shown = Regex.Replace(Pty.Run(width, noColour: "1", arguments), @"\e\[[?0-9;]*[a-zA-Z]|\e=|\r", "").TrimEnd('\n').Split('\n');
            Assert.True(shown.Length > 1);
            Assert.All(shown.Where(line => !line.Contains("JustAlexNet.Cli.dll", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, width - 1));        // commands stay in one piece
        }
    }

    [Fact]
    public void Message_that_nobody_watches_keeps_its_lines()
    {
        var line = string.Join(' ', Enumerable.Repeat("word", 100));
        Assert.Equal([$"error: {line}", $"  {line}"], Terminal.Lines("error", $"{line}\n   {line}", width: null));
        Assert.Equal(["note: a word", "  word", "  more"], Terminal.Lines("note", "a word word\nmore", width: 13));
    }

    [Fact]
    public void Text_that_nobody_watches_is_neither_coloured_nor_broken()
    {
        using var terminal = new Terminal(new StringWriter(), new StringWriter());
        var line = new string('x', 300) + " best";
        Assert.Equal((line, line, (int?)null), (terminal.Coloured(line), terminal.Broken(line), terminal.Width));
    }

    [Fact]
    public void Fine_tuning_shows_head_and_epochs_above_one_bar()
    {
        using var scratch = new Scratch();
        var photos = Photos.Three(scratch, each: 5);
        Assert.Equal(0, Here.Train(photos, scratch.At("run"), "--epochs", "1").Code);
        var shown = Pty.Run(80, noColour: null, "transfer", photos, "--pretrained", Path.Combine(scratch.Folder, "run", "best_model.pth"), "--mode", "finetune", "--epochs", "1", "--no-cache", "--output", scratch.At("tuned"));
        Assert.Matches(@"features +15 of 15 +\d:\d\d\e\[K\r?\n", shown);          // \e[K: written above the bar, which it wipes
        Assert.Matches(@"head +training top-1 .*\e\[K\r?\n", shown);
        Assert.Matches("\e\\[32mbest", shown);
    }
}
