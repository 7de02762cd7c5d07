using Microsoft.AspNetCore.Http;

namespace JustAlexNet.Serving.Http;

/// <summary>The time that a request has, its body's way here included.</summary>
internal sealed class RequestTime : IDisposable
{
    private readonly CancellationTokenSource over;
    private readonly CancellationTokenSource stop;
    private readonly CancellationToken left;
    private readonly WatchedBody body;

    public RequestTime(TimeSpan limit, TimeProvider clock, WatchedBody body, CancellationToken left)
    {
        (Begin, this.body, this.left) = (clock.GetUtcNow().UtcDateTime, body, left);
        Deadline = Begin + limit;
        over = new(limit, clock);
        stop = CancellationTokenSource.CreateLinkedTokenSource(over.Token, left);
    }

    /// <summary>UTC.</summary>
    public DateTime Begin { get; }

    /// <summary>UTC.</summary>
    public DateTime Deadline { get; }

    /// <summary>Reads the body within the time.</summary>
    /// <exception cref="RequestException">Time was over first, or it came slowly and the request's place is another's.</exception>
    public async Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read)
    {
        try
        {
            var result = await read(stop.Token);
            body.End();
            return result;
        }
        catch (OperationCanceledException) when (body.IsCut && !left.IsCancellationRequested)
        {
            throw WatchedBody.Lost();
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !left.IsCancellationRequested)
        {
            throw new RequestException(ServingFault.DeadlineExceeded, "slow_body", "the body did not come within the time that a request has") { Status = StatusCodes.Status408RequestTimeout };
        }
    }

    public void Dispose()
    {
        stop.Dispose();
        over.Dispose();
    }
}
