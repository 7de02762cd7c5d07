using System.Globalization;
using JustAlexNet.Files;

namespace JustAlexNet.Cli.Output;

/// <summary>Shows downloads, one after the other: a line on standard error that counts where a person watches, one line at the beginning among the notes elsewhere.</summary>
internal sealed class DownloadDisplay(Terminal terminal)
{
    private long shown = -1;
    private Uri? address;

    public void Show(DownloadProgress progress)
    {
        const long step = 1 << 20;
        if (progress.Address != address) (shown, address) = (-1, progress.Address);
        var isFirst = shown < 0;
        var isLast = progress.Done == progress.Total;
        if (isFirst) terminal.Notes.WriteLine($"downloading {progress.Address}{(progress.Total is { } total ? $" ({Megabytes(total)} MB)" : "")}");
        if (!terminal.IsErrorWatched || (!isFirst && !isLast && progress.Done - shown < step))
        {
            shown = Math.Max(shown, 0);
            return;
        }

        shown = progress.Done;
        terminal.Err.Write(isLast ? "\r\e[K" : $"\r{Megabytes(progress.Done)} MB\e[K");
    }

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);
}
