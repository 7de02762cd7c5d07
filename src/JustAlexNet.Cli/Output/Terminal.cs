using JustAlexNet.Cli.CommandLine;
using Spectre.Console;

namespace JustAlexNet.Cli.Output;

/// <summary>Where text goes: results to standard output, faults to standard error; with <c>--json</c> standard output is JSON's alone.</summary>
/// <remarks>
/// What a person should know besides (<see cref="Note"/>) stands on standard error too, unless that is redirected and standard output is text: then it stands there, so that
/// after a success standard error is empty.
/// </remarks>
internal sealed class Terminal : IDisposable
{
    private readonly Lazy<IAnsiConsole> live;

    public Terminal(TextWriter output, TextWriter error)
    {
        (Out, Err) = (output, error);
        live = new(() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Out) }));
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

    // What follows the first line stands below it.
    private static void Say(TextWriter where, string kind, string message) =>
        where.WriteLine($"{kind}: {string.Join("\n  ", Invocation.In(message).Split('\n').Select((line, i) => i == 0 ? line : line.Trim()))}");
}
