using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;
using JustAlexNet.Cli.Output;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>The help of a verb, and below it command lines to copy.</summary>
internal sealed class HelpWithExamples(Terminal terminal) : SynchronousCommandLineAction
{
    private static readonly ConditionalWeakTable<Command, string[]> Examples = [];

    /// <summary>Adds command lines to a verb's help, a line each, without the command's name.</summary>
    public static void Add(Command command, params string[] lines) => Examples.Add(command, lines);

    /// <summary>The option <c>--help</c> of every verb.</summary>
    public static HelpOption Option(Terminal terminal) => new() { Recursive = true, Description = "Show this help", Action = new HelpWithExamples(terminal) };

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        var everywhere = parseResult.RootCommandResult.Command.Options.Where(option => option.Recursive && !command.Options.Contains(option));
        new HelpPage(command, [.. command.Options, .. everywhere], Examples.TryGetValue(command, out var lines) ? lines : [], terminal.Width).Write(parseResult.InvocationConfiguration.Output);
        return ExitCode.Done;
    }
}
