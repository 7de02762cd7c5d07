using Microsoft.AspNetCore.Http;

namespace JustAlexNet.Serving.Http;

/// <summary>A request that a door refuses, before or besides the models: a broken form, a wrong key. Its message is for the caller: no path, no type.</summary>
/// <param name="fault">Which kind of refusal.</param>
/// <param name="reason">The metrics' label.</param>
/// <param name="message">One line.</param>
internal sealed class RequestException(ServingFault fault, string reason, string message) : JustAlexNetException(message)
{
    /// <summary>The same as <see cref="ServingException.Fault"/>.</summary>
    public ServingFault Fault => fault;

    /// <summary>The same as <see cref="ServingException.Reason"/>.</summary>
    public string Reason => reason;

    /// <summary>The same as <see cref="ServingException.RetryAfter"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>HTTP's status.</summary>
    public int Status { get; init; } = StatusOf(fault);

    /// <summary>HTTP's status for a fault.</summary>
    public static int StatusOf(ServingFault fault) => fault switch
    {
        ServingFault.BadInput => StatusCodes.Status400BadRequest,
        ServingFault.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ServingFault.UnsupportedKind => StatusCodes.Status415UnsupportedMediaType,
        ServingFault.NotFound => StatusCodes.Status404NotFound,
        ServingFault.QueueFull or ServingFault.RateExceeded => StatusCodes.Status429TooManyRequests,
        ServingFault.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ServingFault.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        ServingFault.Unauthenticated => StatusCodes.Status401Unauthorized,
        ServingFault.Forbidden => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status500InternalServerError,
    };
}
