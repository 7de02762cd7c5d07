using JustAlexNet.Imaging;

namespace JustAlexNet.Files;

/// <summary>Ends a wait for the network after a time, and words what the network says.</summary>
internal sealed class StallWatch(DownloadOptions options, CancellationToken stop) : IDisposable
{
    private CancellationTokenSource? wait;

    /// <summary>Waits for one step: an answer, or the next piece of it.</summary>
    /// <exception cref="DownloadFault">Nothing came in time, or the connection failed.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<T> Guard<T>(Func<CancellationToken, Task<T>> step)
    {
        wait?.Dispose();
        wait = new CancellationTokenSource(options.StallTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(wait.Token, stop);
        try
        {
            return await step(either.Token);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new DownloadFault($"nothing came for {options.StallTimeout.TotalSeconds:0.###} seconds.", mayPass: true, e);
        }
        catch (HttpRequestException e)
        {
            var absent = e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError;
            throw new DownloadFault(Reason(e), mayPass: !absent, e);
        }
        catch (IOException e)       // from the connection: files are written elsewhere
        {
            throw new DownloadFault(Reason(e), mayPass: true, e);
        }
    }

    public void Dispose() => wait?.Dispose();

    private static string Reason(Exception cause)
    {
        var text = PrintableText.Of(cause.Message.TrimEnd('.'));
        return text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] + "." : "the connection failed.";
    }
}
