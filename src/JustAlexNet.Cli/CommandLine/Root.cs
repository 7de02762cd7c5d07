using System.CommandLine;
using System.CommandLine.Parsing;
using JustAlexNet.Cli.Output;
using JustAlexNet.Cli.Verbs;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>The verbs together, and what happens when the command line is wrong.</summary>
internal static class Root
{
    public static int Run(string[] args, Terminal terminal)
    {
        var root = new RootCommand(
            "Train an image classifier on a folder of photos, see how good it is, and use it.\n\n" +
            "  justalexnet train photos --model resnet18\n" +
            "  justalexnet predict picture.jpg --checkpoint checkpoints/best_model.pth")
        {
            TrainCommand.Create(terminal), ModelsCommand.Create(terminal),
        };
        var result = root.Parse(args);
        if (result.Errors.Count > 0 && result.Action is not System.CommandLine.Help.HelpAction)
        {
            terminal.Error($"{string.Join('\n', Sentences(result).Distinct().Take(2))}\nSee: justalexnet {Verb(result)}--help");
            return ExitCode.Usage;
        }
        return result.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = terminal.Out,
            Error = terminal.Err,
        });
    }

    private static string Verb(ParseResult result) => result.CommandResult.Command is RootCommand ? "" : $"{string.Join(' ', Path(result.CommandResult))} ";

    private static IEnumerable<string> Path(CommandResult result) =>
        result.Parent is CommandResult parent && parent.Command is not RootCommand ? Path(parent).Append(result.Command.Name) : [result.Command.Name];

    private static IEnumerable<string> Sentences(ParseResult result)
    {
        var command = result.CommandResult.Command;
        foreach (var token in result.UnmatchedTokens)
        {
            var option = token.StartsWith('-');
            var known = option ? command.Options.Select(o => o.Name) : command.Subcommands.Select(c => c.Name);
            var kind = option ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            yield return Spelling.Nearest(token.Split('=')[0], known) is { } nearest ? $"unknown {kind} '{token}': did you mean {nearest}?" : $"unknown {kind} '{token}'";
        }
        if (result.UnmatchedTokens.Count > 0) yield break;
        foreach (var error in result.Errors) yield return char.ToLowerInvariant(error.Message[0]) + error.Message[1..];
    }
}
