using System.CommandLine;
using System.CommandLine.Parsing;
using JustAlexNet.Cli.Output;
using JustAlexNet.Imaging;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>What is wrong with a command line, as sentences in our words.</summary>
internal static class LineFaults
{
    /// <summary>The first option whose value is a name that is not UTF-8, for which .NET shows U+FFFD and can open nothing; null where there is none.</summary>
    public static string? ForeignValue(ParseResult result) =>
        (from option in result.CommandResult.Command.Options
         from token in result.GetResult(option)?.Tokens ?? []
         where token.Value.Contains('\uFFFD') && !Path.Exists(token.Value)
         select $"{option.Name} {token.Value}: the name is not UTF-8, and a file of that name cannot be opened\nName a place in UTF-8; mv renames a file that is there.").FirstOrDefault();

    /// <summary>Says what is wrong, a line a sentence, and where the help of the verb stands.</summary>
    /// <returns>The exit code.</returns>
    public static int Refuse(ParseResult result, Terminal terminal, params IEnumerable<string> faults)
    {
        terminal.Error($"{string.Join('\n', faults)}\nSee: {Root.Path(result.CommandResult.Command)} --help");
        return ExitCode.Usage;
    }

    public static IEnumerable<string> Of(ParseResult result)
    {
        var unknown = Unknown(result).ToList();
        return unknown.Count > 0 ? unknown : Others(result).Distinct();
    }

    /// <summary>Words that begin with a dash and are no option of the command, wherever the parser put them: it takes them for paths and values. After <c>--</c> all words are.</summary>
    public static IEnumerable<string> UnknownOptions(ParseResult result) => result.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
        .Where(token => token.Type == TokenType.Argument && token.Value is ['-', not (>= '0' and <= '9' or '.' or ','), ..]).Select(token => token.Value);

    private static IEnumerable<string> Unknown(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var options = UnknownOptions(result).ToList();
        foreach (var token in options)
        {
            if (command.Options.Any(option => option.Name == token || option.Aliases.Contains(token)))
            {
                yield return $"{Before(result, token)} needs a value, received the option {token}";
                continue;
            }
            if (IsFile(token))
            {
                yield return $"unknown option '{token}': {(Path.Exists(token) ? "the file of that name" : "a file of that name")} is given as ./{token}";
                continue;
            }
            var word = token.Split('=')[0];
            var meant = ForeignWords.Option(word, command, command.Parents.OfType<Command>().SelectMany(parent => parent.Subcommands));
            yield return $"unknown option '{token}'{meant ?? Values.Guess(word, command.Options.Select(o => o.Name), "")}";
        }
        // A word without dashes after an unknown option is its value, and what follows an unknown command belongs to that: not worth a sentence of its own.
        if (options.Count > 0 || result.UnmatchedTokens is not [var first, ..]) yield break;
        var verbs = command.Subcommands.Select(c => c.Name).ToList();
        if (verbs.Count > 0) yield return $"unknown command '{first}'{(ForeignWords.Verb(first, verbs) is { } verb ? $": did you mean {verb}?" : Values.Guess(first, verbs, $", expected {string.Join(", ", verbs)}"))}";
        else yield return $"unknown argument '{first}'{(first.Split('=') is [{ Length: > 0 } name, _] ? ForeignWords.Option($"--{name}", command, []) : null)}";
    }

    // The parser takes a known option for a value only where one before it has none.
    private static string Before(ParseResult result, string token) =>
        result.Tokens.TakeWhile(other => other.Type != TokenType.Argument || other.Value != token).LastOrDefault(other => other.Type == TokenType.Option)?.Value ?? "the option before it";

    private static bool IsFile(string word) => Path.Exists(word) || ImageDecoder.Extensions.Contains(Path.GetExtension(word), StringComparer.OrdinalIgnoreCase);

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
            if (given.Tokens.Count == 0 && option.ValueType != typeof(bool)) yield return Told($"{option.Name} needs a value: {option.HelpName}");
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
