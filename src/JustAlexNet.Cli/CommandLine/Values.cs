using JustAlexNet.Settings;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>Options whose faults say what was expected, what came, and the nearest right word.</summary>
internal static class Values
{
    private const int LongestChoice = 28;

    // What a value is, where N would say little.
    private static readonly Dictionary<string, string> Names = new()
    {
        ["--lr"] = "RATE", ["--lr-backbone"] = "RATE", ["--val-split"] = "SHARE", ["--image-size"] = "PIXELS", ["--epochs"] = "EPOCHS", ["--warmup-epochs"] = "EPOCHS",
        ["--early-stop-patience"] = "EPOCHS", ["--early-stop-min-delta"] = "SHARE", ["--momentum"] = "SHARE", ["--weight-decay"] = "FACTOR",
        ["--batch-delay"] = "SECONDS", ["--request-timeout"] = "SECONDS", ["--header-timeout"] = "SECONDS", ["--drain-timeout"] = "SECONDS", ["--http-port"] = "PORT", ["--grpc-port"] = "PORT", ["--metrics-port"] = "PORT",
    };

    /// <summary>An option that takes one of some words.</summary>
    public static Option<string> Choice(string name, string description, string standard, params string[] words) => new(name)
    {
        Description = string.Join('|', words).Length > LongestChoice ? $"{description} [{string.Join('|', words)}]" : description,
        HelpName = string.Join('|', words) is { Length: <= LongestChoice } choice ? choice : "NAME",
        DefaultValueFactory = _ => standard,
        CustomParser = result =>
        {
            var word = result.Tokens[0].Value;
            if (words.Contains(word)) return word;
            result.AddError($"{name} does not know '{word}'{Guess(word, words, $", expected {string.Join(", ", words)}")}");
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

    /// <summary>An option that takes a whole number or a word that stands for null, such as auto.</summary>
    public static NumberOrWord<int> WholeOr(string word, string name, string description) => new(word, name, description, Names.GetValueOrDefault(name, "N"), "a whole number, 0 or more",
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null);

    /// <summary>An option that takes a number with a decimal point, or a word that stands for null, such as auto.</summary>
    public static NumberOrWord<double> RealOr(string word, string name, string description) => new(word, name, description, Names.GetValueOrDefault(name, "N"), "a number such as 0.01",
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null);

    /// <summary>Whether tables begin with a byte order mark.</summary>
    public static Option<bool> CsvMark() => new("--csv-bom") { Description = "Begin .csv files with a byte order mark: Excel shows names that are not English only then" };

    /// <summary>Where to compute. Only the form is checked here; whether the device is there shows when it is asked for.</summary>
    public static Option<string> Device() => new("--device")
    {
        Description = "auto (CUDA, then MPS, then CPU), cpu, cuda, cuda:N or mps",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
        CustomParser = result =>
        {
            var word = result.Tokens[0].Value;
            if (word is "auto" or "cpu" or "cuda" or "mps" || (word.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(word.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out _))) return word;
            result.AddError($"--device does not know '{word}'{(word == "gpu" ? ": did you mean cuda?" : Guess(word, ["auto", "cpu", "cuda", "mps"], ", expected auto, cpu, cuda, cuda:N or mps"))}");
            return null;
        },
    };

    /// <summary>An option that takes the path of a file or folder.</summary>
    public static Option<string?> Path(string name, string description, string kind, string? standard = null)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = kind };
        if (standard is not null) option.DefaultValueFactory = _ => standard;
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }]) result.AddError($"{name} is empty, expected a path");
        });
        return option;
    }

    /// <summary>An option that takes two words, one behind the other.</summary>
    public static Option<string[]> Two(string name, string description, string kinds, string first, string second) => new(name)
    {
        Description = description,
        HelpName = kinds,
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [first, second],
    };

    /// <summary>An option's default as it would be typed; empty where there is none.</summary>
    public static string Standard(Option option) => option.GetDefaultValue() is string[] words ? string.Join(' ', words) : Convert.ToString(option.GetDefaultValue(), CultureInfo.InvariantCulture) ?? "";

    /// <summary>Arguments that take paths.</summary>
    public static Argument<T> NotEmpty<T>(Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0)) result.AddError($"{argument.Name} is empty, expected a path");
        });
        return argument;
    }

    /// <summary>The nearest of some words, as the end of a sentence; the fallback where none is near.</summary>
    public static string Guess(string word, IEnumerable<string> words, string fallback) => Spelling.Nearest(word, words) is { } near ? $": did you mean {near}?" : fallback;

    private static Option<T> Number<T>(string name, string description, T standard, string expected, Func<string, T?> parse) where T : struct => new(name)
    {
        Description = description,
        HelpName = Names.GetValueOrDefault(name, "N"),
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

/// <summary>An option that takes a number, or a word that stands for null. The parser keeps the text: of null it cannot tell whether it was given.</summary>
internal sealed class NumberOrWord<T> : Option<string> where T : struct
{
    private readonly string word;
    private readonly Func<string, T?> parse;

    public NumberOrWord(string word, string name, string description, string unit, string expected, Func<string, T?> parse) : base(name)
    {
        (this.word, this.parse, Description, HelpName) = (word, parse, description, $"{unit}|{word}");
        DefaultValueFactory = _ => word;
        Validators.Add(result =>
        {
            if (result is { Implicit: false, Tokens: [var token] } && token.Value != word && parse(token.Value) is null) result.AddError($"{name} is '{token.Value}', expected {word} or {expected}");
        });
    }

    /// <summary>The number; null for the word.</summary>
    public T? Of(ParseResult result) => result.GetValue(this) is { } text && text != word ? parse(text) : null;
}
