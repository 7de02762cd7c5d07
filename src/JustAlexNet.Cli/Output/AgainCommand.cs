using System.CommandLine;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Training;

namespace JustAlexNet.Cli.Output;

/// <summary>Command lines that are printed to be run: the same run once more.</summary>
internal static class AgainCommand
{
    /// <summary>Goes on from a checkpoint.</summary>
    /// <param name="start">Verb, data and what else stands in front.</param>
    /// <param name="checkpoint">What <c>--resume</c> takes.</param>
    /// <param name="output">The run's folder.</param>
    /// <param name="result">The command line at hand.</param>
    /// <param name="again">Options that the checkpoint does not know: those that were given are given again.</param>
    public static string GoOn(string[] start, string checkpoint, string output, ParseResult result, IEnumerable<Option> again) =>
        Line([Root.Name, .. start, "--resume", checkpoint, "--output", output, .. again.SelectMany(option => Words(result, option))]);

    /// <summary>The whole command line once more, where no checkpoint can be gone on from: what the run has left in its folder may go.</summary>
    public static string FromTheBeginning(IReadOnlyList<string> line, RunFolder files, string? resume) =>
        Line(files.HoldsRun && resume != "auto" && !line.Contains("--overwrite") ? [.. line, "--overwrite"] : line);

    private static IEnumerable<string> Words(ParseResult result, Option option) =>
        result.GetResult(option) is { Implicit: false } given ? given.Tokens.Select(token => token.Value).Prepend(option.Name) : [];

    private static string Line(IEnumerable<string> words) => string.Join(' ', words.Select(ShellWord.Of));
}
