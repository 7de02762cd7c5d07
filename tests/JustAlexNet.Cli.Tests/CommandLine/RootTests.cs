using JustAlexNet.Cli.Output;

namespace JustAlexNet.Cli.CommandLine.Tests;

public sealed class RootTests : IDisposable
{
    private readonly Terminal terminal = new(TextWriter.Null, TextWriter.Null);

    public void Dispose() => terminal.Dispose();

    [Theory]
    [InlineData("predict")]
    [InlineData("doctor")]
    public void The_named_verb_alone_is_made(string verb) => Assert.Equal([verb], Root.Create([verb], terminal, verb).Subcommands.Select(command => command.Name));

    [Theory]
    [InlineData(null)]
    [InlineData("help")]
    [InlineData("Predict")]
    [InlineData("--help")]
    public void Without_a_verbs_name_all_are(string? word) => Assert.Equal(10, Root.Create([], terminal, word).Subcommands.Count);
}
