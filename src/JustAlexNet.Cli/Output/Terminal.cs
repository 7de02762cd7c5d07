using Spectre.Console;

namespace JustAlexNet.Cli.Output;

/// <summary>Where text goes: results to standard output, faults to standard error; with <c>--json</c> standard output is JSON's alone.</summary>
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

    /// <summary>Whether a person watches standard error: what only a person wants to know is not said otherwise.</summary>
    public bool IsWatched => ReferenceEquals(Err, Console.Error) && !Console.IsErrorRedirected;

    /// <summary>The terminal for live progress; only where <see cref="IsInteractive"/>.</summary>
    public IAnsiConsole Live => live.Value;

    /// <summary>Says what is wrong, on standard error.</summary>
    public void Error(string message) => Say("error", message);

    /// <summary>Says what a person should know, on standard error.</summary>
    public void Warn(string message) => Say("note", message);

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
    private void Say(string kind, string message) => Err.WriteLine($"{kind}: {string.Join("\n  ", message.Split('\n').Select((line, i) => i == 0 ? line : line.Trim()))}");
}
