using System.CommandLine;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>What is wrong with a command line, as sentences in our words.</summary>
internal static class LineFaults
{
    public static IEnumerable<string> Of(ParseResult result)
    {
        var unknown = Unknown(result).ToList();
        return unknown.Count > 0 ? unknown : Others(result).Distinct();
    }

    // What follows an unknown command or option belongs to it: not worth a sentence of its own.
    private static IEnumerable<string> Unknown(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var afterUnknown = false;
        foreach (var token in result.UnmatchedTokens)
        {
            var option = token.StartsWith('-');
            if (afterUnknown && !option) continue;
            afterUnknown = true;
            var known = option ? command.Options.Select(o => o.Name) : command.Subcommands.Select(c => c.Name);
            var kind = option ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            yield return Spelling.Nearest(token.Split('=')[0], known) is { } nearest ? $"unknown {kind} '{token}': did you mean {nearest}?" : $"unknown {kind} '{token}'";
        }
    }

    private static IEnumerable<string> Others(ParseResult result)
    {
        var line = result.CommandResult;
        var told = new HashSet<string>();
        if (line.Command is { Subcommands.Count: > 0, Action: null })
        {
            yield return $"a command is missing, expected one of {string.Join(", ", line.Command.Subcommands.Select(c => c.Name))}";
            yield break;
        }
        foreach (var argument in line.Command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0 && line.GetResult(a) is not { Tokens.Count: > 0 }))
        {
            told.Add(argument.Name);
            yield return $"{argument.Name} is missing: {argument.Description}";
        }
        foreach (var option in line.Command.Options)
        {
            if (line.GetResult(option) is not { Implicit: false } given || option.Arity.MaximumNumberOfValues == 0) continue;
            if (given.Tokens.Count == 0) yield return Told($"{option.Name} needs a value: {option.HelpName}");
            else if (given.Tokens.Count > option.Arity.MaximumNumberOfValues) yield return Told($"{option.Name} is given {given.Tokens.Count} times, expected once");

            string Told(string sentence)
            {
                told.Add(option.Name);
                return sentence;
            }
        }
        foreach (var error in result.Errors.Select(e => e.Message).Where(message => !told.Any(name => message.Contains($"'{name}'", StringComparison.Ordinal))))
            yield return error.Length > 1 && char.IsLower(error[1]) ? char.ToLowerInvariant(error[0]) + error[1..] : error;
    }
}
