using Microsoft.AspNetCore.Http;

namespace JustAlexNet.Serving.Http;

/// <summary>The time that a request has, its body's way here included.</summary>
internal sealed class RequestTime : IDisposable
{
    private readonly CancellationTokenSource over;
    private readonly CancellationTokenSource stop;
    private readonly CancellationToken left;

    public RequestTime(TimeSpan limit, TimeProvider clock, CancellationToken left)
    {
        (Begin, this.left) = (clock.GetUtcNow().UtcDateTime, left);
        Deadline = Begin + limit;
        over = new(limit, clock);
        stop = CancellationTokenSource.CreateLinkedTokenSource(over.Token, left);
    }

    /// <summary>UTC.</summary>
    public DateTime Begin { get; }

    /// <summary>UTC.</summary>
    public DateTime Deadline { get; }

    /// <summary>Reads within the time.</summary>
    /// <exception cref="RequestException">Time was over first.</exception>
    public async Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read)
    {
        try
        {
            return await read(stop.Token);
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
