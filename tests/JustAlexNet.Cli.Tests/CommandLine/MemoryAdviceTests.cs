using JustAlexNet.Cli.Output;
using JustAlexNet.Runtime;

namespace JustAlexNet.Cli.CommandLine.Tests;

public sealed class MemoryAdviceTests
{
    [Theory]
    [InlineData(
        " (asked for: --batch-size 2000000000)", "Pass a smaller --batch-size (half of it takes half the memory), a smaller --image-size, fewer --classes, or make",
        "models", "test", "alexnet", "--batch-size", "2000000000")]
    [InlineData(
        " (asked for: --image-size 4000 --memory-efficient)", "Pass a smaller --image-size, a smaller --batch-size (half of it takes half the memory), fewer --workers, or make",
        "train", "photos", "--image-size", "4000", "--memory-efficient")]
    [InlineData("", "Make", "models")]
    public void What_could_not_be_had_is_said_with_what_was_asked_for_and_what_to_change(string asked, string change, params string[] line)
    {
        using var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        Assert.Equal(
            $"not enough memory: 1,605,632,000 bytes in one piece could not be had{asked}\n{change} memory free (ulimit -v, the container's limit and other programs count).",
            MemoryAdvice.Of(new MemoryFault(1_605_632_000, OnDevice: false), Root.Create([], terminal).Parse(line)));
    }
}
