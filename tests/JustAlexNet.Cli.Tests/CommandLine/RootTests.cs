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
    public void Without_a_verbs_name_all_are(string? word) => Assert.Equal(8, Root.Create([], terminal, word).Subcommands.Count);

    [Theory]
    [InlineData("predict a.jpg", true)]
    [InlineData("evaluate photos --checkpoint model.pth", true)]
    [InlineData("predict a.jpg --checkpoint model.onnx", false)]
    [InlineData("predict a.jpg --checkpoint=model.ONNX", false)]
    [InlineData("predict a.jpg --help", false)]
    [InlineData("predict -?", false)]
    [InlineData("predict", false)]
    [InlineData("train photos", false)]
    [InlineData("", false)]
    public void Network_is_prepared_for_where_it_will_surely_be_used(string line, bool expected) => Assert.Equal(expected, Root.NeedsNetwork(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
