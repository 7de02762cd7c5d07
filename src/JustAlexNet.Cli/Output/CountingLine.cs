namespace JustAlexNet.Cli.Output;

/// <summary>A line on standard error that counts while something is computed, from two seconds on and where a person watches; gone when it is disposed.</summary>
internal sealed class CountingLine(Terminal terminal, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly long begun = clock.GetTimestamp();
    private bool shown;

    /// <summary>So much of so much is done.</summary>
    public void Show(string what, int done, int of)
    {
        if (!terminal.IsErrorWatched || clock.GetElapsedTime(begun) < Patience) return;
        shown = true;
        terminal.Err.Write($"\r{what}: {done} of {of}\e[K");
    }

    /// <summary>The same of many quick things: every sixteenth, and the last.</summary>
    public void ShowSome(string what, int done, int of)
    {
        if (done % 16 == 0 || done == of) Show(what, done, of);
    }

    /// <summary>The same of the check of arithmetic with which a run begins.</summary>
    public void ShowCheck(int done, int of) => Show("comparing this machine's arithmetic with float64, once: layer", done, of);

    public void Dispose()
    {
        if (shown) terminal.Err.Write("\r\e[K");
    }
}
