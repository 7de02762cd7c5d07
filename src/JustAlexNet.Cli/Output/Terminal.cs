using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Imaging;
using Spectre.Console;

namespace JustAlexNet.Cli.Output;

/// <summary>Where text goes: results to standard output, faults to standard error; with <c>--json</c> standard output is JSON's alone.</summary>
/// <remarks>
/// What a person should know besides (<see cref="Note"/>) stands on standard error too, unless that is redirected and standard output is text: then it stands there, so that
/// after a success standard error is empty.
/// </remarks>
internal sealed class Terminal : IDisposable
{
    private const string Red = "\e[31;1m", Green = "\e[32m", Plain = "\e[0m";

    private readonly Lazy<IAnsiConsole> live;
    private readonly Lazy<bool> colouredOut, colouredErr;
    private readonly Lazy<int> errorWidth;

    public Terminal(TextWriter output, TextWriter error)
    {
        (Out, Err) = (output, error);
        live = new(() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Out) }));
        colouredOut = new(() => IsInteractive && WantsColour(Out));
        colouredErr = new(() => IsErrorWatched && WantsColour(Err));
        errorWidth = new(() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Err) }).Profile.Width);
    }

    public TextWriter Out { get; }

    public TextWriter Err { get; }

    /// <summary>Whether a person watches standard output.</summary>
    public bool IsInteractive => ReferenceEquals(Out, Console.Out) && !Console.IsOutputRedirected && live.Value.Profile.Capabilities.Ansi;

    /// <summary>Whether a person watches standard error.</summary>
    public bool IsErrorWatched => ReferenceEquals(Err, Console.Error) && !Console.IsErrorRedirected;

    /// <summary>Whether standard output is JSON's.</summary>
    public bool Json { get; set; }

    /// <summary>Whether only a person who watches standard error gets notes: an answer in JSON at once, such as a prediction, is the answer and nothing else.</summary>
    public bool IsTerse { get; set; }

    /// <summary>Where notes go.</summary>
    public TextWriter Notes =>
        IsErrorWatched ? Err
        : IsTerse ? TextWriter.Null
        : Json || !ReferenceEquals(Err, Console.Error) ? Err
        : Out;

    /// <summary>Places of a line of the terminal that a person watches; null where nobody does.</summary>
    public int? Width => IsInteractive ? live.Value.Profile.Width : null;

    /// <summary>A text for <see cref="Out"/> as it is shown (<see cref="PrintableText"/>), broken between words where a terminal would break it anywhere.</summary>
    public string Broken(string text, string indent = "  ")
    {
        var shown = PrintableText.OfLines(text);
        return Width is { } width ? string.Join('\n', shown.Split('\n').SelectMany(line => Wrapping.Sentence(line, width - 1, indent, Invocation.CommandAt(line)))) : shown;
    }

    /// <summary>A text for <see cref="Out"/> with the word <c>best</c> at its end or beginning in green, where the terminal has colours and nobody refuses them (NO_COLOR).</summary>
    public string Coloured(string text)
    {
        const string best = "best";
        if (!colouredOut.Value) return text;
        return text.EndsWith(best, StringComparison.Ordinal) ? $"{text[..^best.Length]}{Green}{best}{Plain}" : text.StartsWith(best, StringComparison.Ordinal) ? $"{Green}{best}{Plain}{text[best.Length..]}" : text;
    }

    /// <summary>The terminal for live progress; only where <see cref="IsInteractive"/>.</summary>
    public IAnsiConsole Live => live.Value;

    /// <summary>Says what is wrong, on standard error.</summary>
    public void Error(string message) => Say(Err, "error", message);

    /// <summary>Says what went wrong without ending the work, on standard error.</summary>
    public void Warn(string message) => Say(Err, "note", message);

    /// <summary>Says what a person should know of work that succeeds.</summary>
    public void Note(string message) => Say(Notes, "note", message);

    /// <summary>Puts a hidden cursor back, for an end without further ado.</summary>
    public void ShowCursor()
    {
        if (IsInteractive) Out.Write("\e[?25h\n");
    }

    public void Dispose()
    {
        Out.Flush();
        Err.Flush();
    }

    /// <summary>A message as it is shown on a terminal of so many places; null: lines as long as they come.</summary>
    internal static IEnumerable<string> Lines(string kind, string message, int? width)
    {
        var lines = PrintableText.OfLines(message).Split('\n').Select((line, i) => i == 0 ? $"{kind}: {line}" : $"  {line.Trim()}");
        return width is { } places ? lines.SelectMany(line => Wrapping.Sentence(line, places - 1, "  ", Invocation.CommandAt(line))) : lines;
    }

    // https://no-color.org: any value but the empty one.
    private static bool WantsColour(TextWriter writer) => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) }).Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors };

    // What follows the first line stands below it, and longer lines are broken where somebody watches.
    private void Say(TextWriter where, string kind, string message)
    {
        var said = string.Join('\n', Lines(kind, Invocation.In(SettingOptions.In(message)), ReferenceEquals(where, Err) ? IsErrorWatched ? errorWidth.Value : null : Width));
        where.WriteLine(kind == "error" && colouredErr.Value ? $"{Red}{kind}:{Plain}{said[(kind.Length + 1)..]}" : said);
    }
}
