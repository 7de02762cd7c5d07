using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>Options whose faults say what was expected, what came, and the nearest right word.</summary>
internal static class Values
{
    /// <summary>An option that takes one of some words.</summary>
    public static Option<string> Choice(string name, string description, string standard, params string[] words) => new(name)
    {
        Description = $"{description} [{string.Join('|', words)}]",
        HelpName = "WORD",
        DefaultValueFactory = _ => standard,
        CustomParser = result =>
        {
            var word = result.Tokens[0].Value;
            if (words.Contains(word)) return word;
            var nearest = Spelling.Nearest(word, words) is { } guess ? $": did you mean {guess}?" : $", expected {string.Join(", ", words)}";
            result.AddError($"{name} does not know '{word}'{nearest}");
            return null;
        },
    };

    /// <summary>An option that takes a whole number.</summary>
    public static Option<int> Whole(string name, string description, int standard) => Number(name, description, standard, "a whole number",
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null);

    /// <summary>An option that takes a whole number of 64 bits.</summary>
    public static Option<long> Long(string name, string description, long standard) => Number(name, description, standard, "a whole number",
        text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null);

    /// <summary>An option that takes a number with a decimal point, never a comma.</summary>
    public static Option<double> Real(string name, string description, double standard) => Number(name, description, standard, "a number such as 0.01",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null);

    /// <summary>An option that takes a whole number or the word auto (null).</summary>
    public static Option<int?> WholeOrAuto(string name, string description) => new(name)
    {
        Description = $"{description} [default: auto]",
        HelpName = "N|auto",
        CustomParser = result => result.Tokens[0].Value == "auto" ? null : Parsed<int>(result, name, "auto or a whole number",
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null),
    };

    private static Option<T> Number<T>(string name, string description, T standard, string expected, Func<string, T?> parse) where T : struct => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => standard,
        CustomParser = result => Parsed(result, name, expected, parse),
    };

    private static T Parsed<T>(ArgumentResult result, string name, string expected, Func<string, T?> parse) where T : struct
    {
        var text = result.Tokens[0].Value;
        if (parse(text) is { } value) return value;
        result.AddError($"{name} is '{text}', expected {expected}");
        return default;
    }

    /// <summary>The names of the options that stand on the command line, without dashes in front and with underscores inside.</summary>
    public static IReadOnlySet<string> Given(ParseResult result, Command command) =>
        command.Options.Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name.TrimStart('-').Replace('-', '_')).ToHashSet();
}
