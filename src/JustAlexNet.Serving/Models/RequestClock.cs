namespace JustAlexNet.Serving;

/// <summary>How long a request may wait for its work to begin: until its deadline, and as long as its caller is there. Asked wherever it waits.</summary>
internal sealed class RequestClock : IDisposable
{
    private readonly CancellationTokenSource expiry, either;
    private readonly TimeProvider time;
    private readonly long start;
    private readonly TimeSpan patience;
    private readonly CancellationToken left;

    /// <param name="time">The clock.</param>
    /// <param name="deadline">UTC.</param>
    /// <param name="most">The longest that any request may take.</param>
    /// <param name="left">Says that the caller has gone.</param>
    public RequestClock(TimeProvider time, DateTime deadline, TimeSpan most, CancellationToken left)
    {
        (this.time, this.left, start) = (time, left, time.GetTimestamp());
        var remaining = (deadline.Kind == DateTimeKind.Local ? deadline.ToUniversalTime() : deadline) - time.GetUtcNow().UtcDateTime;
        patience = remaining < TimeSpan.Zero ? TimeSpan.Zero : remaining < most ? remaining : most;
        expiry = new CancellationTokenSource(patience, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, left);
    }

    /// <summary>Says that waiting is over.</summary>
    public CancellationToken Token => either.Token;

    /// <summary>Whether waiting is over: the timer behind <see cref="Token"/> may come late, this does not.</summary>
    public bool IsOver => Token.IsCancellationRequested || time.GetElapsedTime(start) >= patience;

    /// <summary>Why waiting is over.</summary>
    public Exception Reason() => left.IsCancellationRequested ? new OperationCanceledException("The caller has gone.", left)
        : new ServingException(ServingFault.DeadlineExceeded, "deadline", "the time for this request was over before its work could begin: it is short, or the server has more to do than it can.\nGive the request more time, or try again later.");

    /// <exception cref="ServingException">The deadline has passed.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public void Check()
    {
        if (IsOver) throw Reason();
    }

    public void Dispose()
    {
        either.Dispose();
        expiry.Dispose();
    }
}
