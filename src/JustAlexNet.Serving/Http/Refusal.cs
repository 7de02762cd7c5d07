using Microsoft.AspNetCore.Http;

namespace JustAlexNet.Serving.Http;

/// <summary>Why a request gets no answer, as its caller is told.</summary>
/// <param name="Fault">Which kind.</param>
/// <param name="Status">HTTP's.</param>
/// <param name="Message">For the caller: no path, no type.</param>
/// <param name="RetryAfter">After what time another try has a chance; null: not said.</param>
internal sealed record Refusal(ServingFault Fault, int Status, string Message, TimeSpan? RetryAfter = null)
{
    /// <summary>The same in whole seconds, 1 or more; null where waiting does not help.</summary>
    public long? RetrySeconds => RetryAfter is { } wait ? Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)) : Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable ? 1 : null;
}
