namespace JustAlexNet.Cli.Output.Tests;

public sealed class WrappingTests
{
    [Fact]
    public void Lines_end_between_words() =>
        Assert.Equal(["  Share of each class", "    held out for", "    validation"], Wrapping.Lines("  Share of each class held out for validation", 22, "    "));

    [Fact]
    public void Word_longer_than_a_line_ends_behind_a_bar() =>
        Assert.Equal(["  Network", "  [alexnet|resnet18|", "  densenet121]"], Wrapping.Lines("  Network [alexnet|resnet18|densenet121]", 20, "  "));

    [Fact]
    public void Word_without_such_a_place_stays_whole() => Assert.Equal(["see", "confusion_matrix.png", "now"], Wrapping.Lines("see confusion_matrix.png now", 10));

    [Fact]
    public void Command_goes_on_behind_a_backslash() =>
        Assert.Equal([@"train photos --lr \", @"    0.001 --epochs 5"], Wrapping.Lines("train photos --lr 0.001 --epochs 5", 24, "    ", @" \"));

    [Fact]
    public void Chinese_takes_two_places() => Assert.Equal(["猫狗", "  猫头鹰"], Wrapping.Lines("猫狗 猫头鹰", 8, "  "));

    [Theory]
    [InlineData("  See: justalexnet train --help", 20, "  See:|  justalexnet train --help")]
    [InlineData("  See: justalexnet train --help", 40, "  See: justalexnet train --help")]
    [InlineData("  Free some space, then: justalexnet train photos --resume auto", 20, "  Free some space,|  then:|  justalexnet train photos --resume auto")]
    [InlineData("  mv -n -- 'a b' 'c'", 10, "  mv -n -- 'a b' 'c'")]
    [InlineData("  Rename: mv -n -- 'a' 'b'", 20, "  Rename:|  mv -n -- 'a' 'b'")]
    [InlineData("  Train first (justalexnet train PHOTOS), or name", 24, "  Train first|  (justalexnet train|  PHOTOS), or name")]
    public void Command_at_the_end_of_a_sentence_stays_in_one_piece(string text, int width, string lines) =>
        Assert.Equal(lines.Split('|'), Wrapping.Sentence(text, width, "  ", CommandLine.Invocation.CommandAt(text, "justalexnet")));
}
