using System.CommandLine;
using System.Text.Json;
using JustAlexNet.Cli.Output;
using JustAlexNet.Cli.Verbs;
using JustAlexNet.Serving.Http;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Deploy.Tests;

/// <summary>The Dockerfile of the serving image, taken apart.</summary>
internal static class ServingImage
{
    public static string Folder => Repository.At("deploy", "docker", "serve");

    /// <summary>The instructions of the last stage and before, each on one line, comments left out.</summary>
    public static IReadOnlyList<(string Word, string Text)> Instructions { get; } =
    [
        .. string.Join('\n', File.ReadAllLines(Path.Combine(Folder, "Dockerfile")).Where(line => !line.StartsWith('#'))).Replace("\\\n", "", StringComparison.Ordinal)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).Select(parts => (parts[0], parts[1].Trim())),
    ];

    /// <summary>REST, gRPC, metrics.</summary>
    public static int[] Ports { get; } = [new HttpOptions().HttpPort, 8001, new HttpOptions().MetricsPort];       // gRPC's stands in no option: it is `auto` there

    /// <summary>What the one instruction of this name says.</summary>
    public static string Only(string word) => Assert.Single(Instructions, instruction => instruction.Word == word).Text;

    /// <summary>The same as a list of words in JSON.</summary>
    public static string[] Words(string word) => JsonSerializer.Deserialize<string[]>(Only(word)[Only(word).IndexOf('[', StringComparison.Ordinal)..])!;

    /// <summary>What the command makes of the image's entry and these arguments.</summary>
    public static ParseResult Parse(IEnumerable<string> arguments)
    {
        using var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        Assert.Equal(["/app/justalexnet", "serve"], Words("ENTRYPOINT")[..2]);
        var parsed = ServeCommand.Create(terminal).Parse([.. Words("ENTRYPOINT")[2..], .. arguments]);
        Assert.Empty(parsed.Errors);
        Assert.Empty(parsed.UnmatchedTokens);
        return parsed;
    }
}
