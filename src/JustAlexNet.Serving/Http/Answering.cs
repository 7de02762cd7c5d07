using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace JustAlexNet.Serving.Http;

/// <summary>What surrounds every request: its id, the one form of errors, its line in the log.</summary>
internal sealed class Answering(ModelRepository models, ILoggerFactory logs, TimeProvider clock)
{
    private const int MaxIdLength = 128;
    private const string IdHeader = "X-Request-Id";
    private static readonly object Begun = new(), ModelKey = new(), CallerKey = new();

    private readonly ILogger log = logs.CreateLogger("JustAlexNet.Serving");

    /// <summary>Notes the model of a request for the log, and for the headers of its answer.</summary>
    public static void Note(HttpContext context, ServedModel model)
    {
        context.Items[ModelKey] = model.Name;
        Tracing.Note(model);
        context.Response.Headers["X-Model-Version"] = model.Version;
        context.Response.Headers["X-Model-Sha256"] = model.Sha256;
    }

    /// <summary>Notes who asks, for the log.</summary>
    public static void NoteCaller(HttpContext context, string name) => context.Items[CallerKey] = name;

    /// <summary>Answers a request; nothing is thrown, whatever the handler throws.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate handler)
    {
        if (!context.Items.TryAdd(Begun, null))     // within another one
        {
            await handler(context);
            return;
        }
        var begin = clock.GetTimestamp();
        var given = context.Request.Headers[IdHeader];
        if (given is [{ Length: > 0 and <= MaxIdLength } id] && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')) context.TraceIdentifier = id;
        context.Response.Headers[IdHeader] = context.TraceIdentifier;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await handler(context);
            // What the framework itself answers: no such route, another method.
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null }) await Json.SendErrorAsync(context, context.Response.StatusCode, FrameworkText(context));
        }
        catch (ServingException e)
        {
            await FailAsync(context, RequestException.StatusOf(e.Fault), e.Message, e.RetryAfter);
            if (e.Fault == ServingFault.Internal) log.LogError(e, "Request {RequestId} failed: {Reason}", context.TraceIdentifier, e.Reason);
        }
        catch (RequestException e)
        {
            models.Meter.Reject(e.Reason);
            await FailAsync(context, e.Status, e.Message, e.RetryAfter);
        }
        catch (BadHttpRequestException e)
        {
            models.Meter.Reject(e.StatusCode == StatusCodes.Status413PayloadTooLarge ? "body_too_large" : "broken_request");
            await FailAsync(context, e.StatusCode, e.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => "the body is larger than this server takes",
                StatusCodes.Status408RequestTimeout => "the body came too slowly",
                _ => "the request is no HTTP as expected",
            });
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;        // for the log: nobody hears it
        }
        catch (Exception e)
        {
            log.LogError(e, "Request {RequestId} failed", context.TraceIdentifier);
            await FailAsync(context, StatusCodes.Status500InternalServerError, "something went wrong within the server; its log tells more under the request's id");
        }
        Log(context, clock.GetElapsedTime(begin));
    }

    private static string FrameworkText(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => "there is nothing at this address; /openapi.json lists what there is",
        StatusCodes.Status405MethodNotAllowed => $"this address does not take {(context.Request.Method.Length <= 16 ? context.Request.Method : "that method")}, expected {context.Response.Headers.Allow}",
        var status => $"the request is refused with status {status}",
    };

    private static async Task FailAsync(HttpContext context, int status, string message, TimeSpan? retryAfter = null)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();        // half an answer must not look whole
            return;
        }
        if (retryAfter is null && status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable) retryAfter = TimeSpan.FromSeconds(1);
        if (retryAfter is { } wait) context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        try
        {
            await Json.SendErrorAsync(context, status, message);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            context.Abort();        // the caller has gone before it heard
        }
    }

    // The path alone: a query may hold what is not ours to keep.
    private void Log(HttpContext context, TimeSpan time)
    {
        var (status, items) = (context.Response.StatusCode, context.Items);
        var level = status >= 500 && status != StatusCodes.Status503ServiceUnavailable ? LogLevel.Warning : LogLevel.Information;
        if (!log.IsEnabled(level)) return;
        log.Log(level, "{RequestId} {Method} {Path} {Status} {Milliseconds} {Model} {Caller}", context.TraceIdentifier, context.Request.Method, context.Request.Path.Value,
            status, Math.Round(time.TotalMilliseconds, 3), items.TryGetValue(ModelKey, out var model) ? model : null, items.TryGetValue(CallerKey, out var caller) ? caller : null);
    }
}
