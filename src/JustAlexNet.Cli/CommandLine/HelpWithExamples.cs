using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>The help of a verb, and below it command lines to copy.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private static readonly ConditionalWeakTable<Command, string> Examples = [];

    /// <summary>Adds command lines to a verb's help, a line each, without the command's name.</summary>
    public static void Add(Command command, params string[] lines) =>
        Examples.Add(command, string.Concat(lines.Select(line => $"  {Invocation.Start} {line}\n")));

    /// <summary>The option <c>--help</c> of every verb.</summary>
    public static HelpOption Option()
    {
        var option = new HelpOption { Recursive = true, Description = "Show this help" };
        option.Action = new HelpWithExamples((HelpAction)option.Action!);
        return option;
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        if (Examples.TryGetValue(parseResult.CommandResult.Command, out var lines)) parseResult.InvocationConfiguration.Output.Write($"Examples:\n{lines}\n");
        return code;
    }
}
