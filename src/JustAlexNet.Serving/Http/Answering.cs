using System.Globalization;
using Grpc.Core;
using JustAlexNet.Serving.Grpc;
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
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null }) await SendFrameworkAsync(context);
        }
        catch (Exception e)
        {
            await FailAsync(context, Refuse(context, e));
        }
        Log(context, clock.GetElapsedTime(begin));
    }

    /// <summary>What a caller is told of an exception, whichever door it came by; it is counted and, where the fault is ours, logged.</summary>
    public Refusal Refuse(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case ServingException e:
                if (e.Fault == ServingFault.Internal) log.LogError(e, "Request {RequestId} failed: {Reason}", context.TraceIdentifier, e.Reason);
                return new(e.Fault, RequestException.StatusOf(e.Fault), e.Message, e.RetryAfter);
            case RequestException e:
                models.Meter.Reject(e.Reason);
                return new(e.Fault, e.Status, e.Message, e.RetryAfter);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                models.Meter.Reject("body_too_large");
                return new(ServingFault.TooLarge, StatusCodes.Status413PayloadTooLarge, "the body is larger than this server takes");
            case BadHttpRequestException e:
                models.Meter.Reject("broken_request");
                return new(ServingFault.BadInput, e.StatusCode, e.StatusCode == StatusCodes.Status408RequestTimeout ? "the body came too slowly" : "the request is no HTTP as expected");
            case OperationCanceledException or IOException when context.RequestAborted.IsCancellationRequested:
                return new(ServingFault.Unavailable, StatusCodes.Status499ClientClosedRequest, "the caller has gone");     // for the log: nobody hears it
            default:
                log.LogError(fault, "Request {RequestId} failed", context.TraceIdentifier);
                return new(ServingFault.Internal, StatusCodes.Status500InternalServerError, "something went wrong within the server; its log tells more under the request's id");
        }
    }

    private static async Task SendFrameworkAsync(HttpContext context)
    {
        if (!GrpcStatus.IsCall(context.Request))
        {
            await Json.SendErrorAsync(context, context.Response.StatusCode, FrameworkText(context));
            return;
        }
        GrpcStatus.Set(context.Response, StatusCode.Unimplemented, "there is no such service or method here");
        await GrpcStatus.LetEndAsync(context);
    }

    private static string FrameworkText(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => "there is nothing at this address; /openapi.json lists what there is",
        StatusCodes.Status405MethodNotAllowed => $"this address does not take {(context.Request.Method.Length <= 16 ? context.Request.Method : "that method")}, expected {context.Response.Headers.Allow}",
        var status => $"the request is refused with status {status}",
    };

    private static async Task FailAsync(HttpContext context, Refusal refusal)
    {
        if (refusal.Status == StatusCodes.Status499ClientClosedRequest)
        {
            if (!context.Response.HasStarted) context.Response.StatusCode = refusal.Status;
            return;
        }
        if (context.Response.HasStarted)
        {
            context.Abort();        // half an answer must not look whole
            return;
        }
        if (GrpcStatus.IsCall(context.Request))
        {
            GrpcStatus.Send(context.Response, refusal);
            await GrpcStatus.LetEndAsync(context);
            return;
        }
        if (refusal.Status == StatusCodes.Status408RequestTimeout && HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";       // RFC 9110, 15.5.9; the rest of the body would be waited for
        if (refusal.RetrySeconds is { } wait) context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        if (refusal.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        try
        {
            await Json.SendErrorAsync(context, refusal.Status, refusal.Message);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            context.Abort();        // the caller has gone before it heard
        }
    }

    // The path alone: a query may hold what is not ours to keep.
    private void Log(HttpContext context, TimeSpan time)
    {
        var (status, items, call) = (context.Response.StatusCode, context.Items, GrpcStatus.Of(context.Response));
        var level = (status >= 500 && status != StatusCodes.Status503ServiceUnavailable) || call is StatusCode.Internal or StatusCode.Unknown ? LogLevel.Warning : LogLevel.Information;
        if (!log.IsEnabled(level)) return;
        log.Log(level, "{RequestId} {Method} {Path} {Status} {GrpcStatus} {Milliseconds} {Model} {Caller}", context.TraceIdentifier, context.Request.Method, context.Request.Path.Value,
            status, call, Math.Round(time.TotalMilliseconds, 3), items.TryGetValue(ModelKey, out var model) ? model : null, items.TryGetValue(CallerKey, out var caller) ? caller : null);
    }
}
