namespace JustAlexNet.Serving;

/// <summary>A request is refused. The message is for the caller: no path, no type name.</summary>
/// <param name="fault">Which kind of refusal.</param>
/// <param name="reason">The same in one word for counters: lower case, underscores, such as <c>queue_full</c>.</param>
/// <param name="message">One to three lines for a person.</param>
/// <param name="cause">What was caught on the way, if anything: for the log only.</param>
public sealed class ServingException(ServingFault fault, string reason, string message, Exception? cause = null) : JustAlexNetException(message, cause)
{
    /// <summary>Which kind of refusal.</summary>
    public ServingFault Fault { get; } = fault;

    /// <summary>The same in one word for counters: <c>queue_full</c>, <c>draining</c>, <c>too_many_pixels</c>, <c>not_a_picture</c>...</summary>
    public string Reason { get; } = reason;

    /// <summary>After what time another try has a chance, by the measured rate; null where time does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
