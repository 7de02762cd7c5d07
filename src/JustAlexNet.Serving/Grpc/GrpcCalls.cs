using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using JustAlexNet.Serving.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace JustAlexNet.Serving.Grpc;

/// <summary>What surrounds every gRPC call. Before its message is read: the time and the bytes it has, its place among those let in. Around its handler: the one form of refusals, its id.</summary>
internal sealed class GrpcCalls(ModelRepository models, Answering answering) : Interceptor
{
    private const string Deadline = "grpc-timeout";
    private const string Encoding = "grpc-encoding";
    private const int MaxOtherBytes = 64 * 1024;
    private static readonly object Reached = new();

    /// <summary>Before and after gRPC has the request; everything else passes.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<GrpcMethodMetadata>() is not { } called)
        {
            await next(context);
            return;
        }
        if (context.Request.Headers[Encoding] is [{ } encoding] && encoding != "identity")
        {
            models.Meter.Reject("content_encoding");        // pictures are compressed already, and a message unpacked has no bound
            GrpcStatus.Set(context.Response, StatusCode.Unimplemented, "the message is compressed, expected it as it is (grpc-encoding: identity)");
            await GrpcStatus.LetEndAsync(context);
            return;
        }
        var asksModel = called.Method.Name == nameof(Protocol.GRPCInferenceService.GRPCInferenceServiceBase.ModelInfer);
        if (called.Method.Type == MethodType.Unary) context.Request.Headers[Deadline] = Bounded(context.Request.Headers[Deadline], models.Options.RequestTimeout);
        if (!asksModel && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body) body.MaxRequestBodySize = MaxOtherBytes;
        using var admission = asksModel ? models.Admit(1, context.RequestAborted) : null;
        var watched = admission is null ? null : WatchedBody.Begin(context, admission);
        if (watched is not null) (context.Features[typeof(Admission)], context.Features[typeof(WatchedBody)]) = (admission, watched);
        await next(context);
        if (context.Items.ContainsKey(Reached)) return;
        if (watched?.IsCut == true) Unread(context, StatusCode.DeadlineExceeded);
        else if (context.RequestAborted.IsCancellationRequested) Unread(context, StatusCode.Cancelled);      // whatever gRPC made of it
        else if (GrpcStatus.Of(context.Response) is { } status) Unread(context, status);
    }

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var http = context.GetHttpContext();
        http.Items[Reached] = null;
        try
        {
            http.Features.Get<WatchedBody>()?.End();
            var answer = await continuation(request, context);
            context.ResponseTrailers.Add(GrpcStatus.RequestId, http.TraceIdentifier);
            return answer;
        }
        catch (Exception e) when (e is not RpcException)
        {
            throw GrpcStatus.Exception(answering.Refuse(http, e));
        }
    }

    /// <summary>The caller's time, a number and its unit (H, M, S, m, u, n), where it is shorter than the server's.</summary>
    internal static string Bounded(StringValues given, TimeSpan most)
    {
        var limit = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, (long)Math.Ceiling(most.TotalMilliseconds))}m");
        if (given is not [{ Length: >= 2 and <= 9 } text] || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return limit;
        var seconds = number * text[^1] switch { 'H' => 3600, 'M' => 60, 'S' => 1, 'm' => 1e-3, 'u' => 1e-6, 'n' => 1e-9, _ => double.PositiveInfinity };
        return seconds < most.TotalSeconds ? text : limit;
    }

    // What gRPC itself found wrong before the handler had a message: its texts are for its own developers.
    private void Unread(HttpContext context, StatusCode found)
    {
        var (reason, status, message) = found switch
        {
            StatusCode.ResourceExhausted => ("body_too_large", found, string.Create(CultureInfo.InvariantCulture, $"the message is larger than {models.Options.MaxBodyBytes} bytes, which is the most this server takes")),
            StatusCode.DeadlineExceeded => ("slow_body", found, "the message did not come within the time that the call has"),
            StatusCode.Cancelled => ("caller_left", found, "the caller has gone"),
            _ => ("broken_request", StatusCode.InvalidArgument, "the message is not the one expected: it is cut, has bytes too many, or is no such protobuf message"),
        };
        models.Meter.Reject(reason);
        if (!context.Response.HasStarted) GrpcStatus.Set(context.Response, status, message);
    }
}
