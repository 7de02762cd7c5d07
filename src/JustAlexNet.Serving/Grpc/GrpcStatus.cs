using System.Globalization;
using Grpc.Core;
using JustAlexNet.Serving.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace JustAlexNet.Serving.Grpc;

/// <summary>Refusals in gRPC's words: a status, a text, and in the trailers the request's id and when to try again.</summary>
internal static class GrpcStatus
{
    /// <summary>The trailer with the request's id.</summary>
    public const string RequestId = "x-request-id";

    private const long LongestRest = 8 << 20;
    private const string Status = "grpc-status";
    private const string Message = "grpc-message";
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);

    /// <summary>Whether a request is a gRPC call.</summary>
    public static bool IsCall(HttpRequest request) => request.Protocol == HttpProtocol.Http2 && request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>gRPC's status for a fault.</summary>
    public static StatusCode Of(ServingFault fault) => fault switch
    {
        ServingFault.BadInput or ServingFault.TooLarge or ServingFault.UnsupportedKind => StatusCode.InvalidArgument,
        ServingFault.NotFound => StatusCode.NotFound,
        ServingFault.QueueFull or ServingFault.RateExceeded => StatusCode.ResourceExhausted,
        ServingFault.Unavailable => StatusCode.Unavailable,
        ServingFault.DeadlineExceeded => StatusCode.DeadlineExceeded,
        ServingFault.Unauthenticated => StatusCode.Unauthenticated,
        ServingFault.Forbidden => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };

    /// <summary>The status that an answer carries so far; null: none.</summary>
    public static StatusCode? Of(HttpResponse response)
    {
        var trailers = response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var given = response.Headers.TryGetValue(Status, out var status) || trailers?.TryGetValue(Status, out status) == true ? status.ToString() : null;
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (StatusCode)number : null;
    }

    /// <summary>The exception that gRPC makes a refused call of.</summary>
    public static RpcException Exception(Refusal refusal)
    {
        var trailers = new Metadata();
        foreach (var (name, value) in Retry(refusal)) trailers.Add(name, value);
        return new(new Status(refusal.Status == StatusCodes.Status499ClientClosedRequest ? StatusCode.Cancelled : Of(refusal.Fault), refusal.Message), trailers);
    }

    /// <summary>Refuses a call before gRPC has it.</summary>
    public static void Send(HttpResponse response, Refusal refusal)
    {
        foreach (var (name, value) in Retry(refusal)) response.Headers[name] = value;
        Set(response, Of(refusal.Fault), refusal.Message);
    }

    /// <summary>Puts a status into an answer without a message.</summary>
    public static void Set(HttpResponse response, StatusCode status, string message)
    {
        (response.StatusCode, response.ContentType) = (StatusCodes.Status200OK, "application/grpc");
        response.Headers[Status] = ((int)status).ToString(CultureInfo.InvariantCulture);
        response.Headers[Message] = Uri.EscapeDataString(message);
    }

    /// <summary>Sends a refusal and lets the message that is on its way come and go, unread.</summary>
    /// <remarks>A stream that is reset instead counts for five more seconds among those that Kestrel allows a connection; callers who are refused often would lose the connection, and with it the calls that were let in.</remarks>
    public static async Task LetEndAsync(HttpContext context)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        over.CancelAfter(LongestEnd);
        try
        {
            await context.Response.CompleteAsync();
            for (long passed = 0; passed < LongestRest;)
            {
                var read = await context.Request.BodyReader.ReadAsync(over.Token);
                passed += read.Buffer.Length;
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The caller has heard it and gone, or sends too slowly: the stream is reset.
        }
    }

    // The first for people and programs as in HTTP, the second for gRPC's own retries.
    private static IEnumerable<(string Name, string Value)> Retry(Refusal refusal)
    {
        if (refusal.RetrySeconds is not { } seconds) yield break;
        yield return ("retry-after", seconds.ToString(CultureInfo.InvariantCulture));
        yield return ("grpc-retry-pushback-ms", (seconds * 1000).ToString(CultureInfo.InvariantCulture));
    }
}
