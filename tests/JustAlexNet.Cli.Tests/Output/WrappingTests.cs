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
}
