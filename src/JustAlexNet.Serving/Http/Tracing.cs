using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace JustAlexNet.Serving.Http;

/// <summary>Traces for OpenTelemetry: a span a request, with its model and what its time was spent on. Within somebody's own service the tags go to that service's spans.</summary>
internal static class Tracing
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Has spans sent to a collector; health and metrics make none. Null: nothing is made.</summary>
    public static void Add(IServiceCollection services, Uri? collector)
    {
        if (collector is null) return;
        services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("justalexnet")).WithTracing(tracing => tracing
            .AddAspNetCoreInstrumentation(requests => requests.Filter = context => !context.Request.Path.StartsWithSegments("/v2/health", StringComparison.Ordinal) && context.Request.Path != "/metrics")
            .AddOtlpExporter(exporter =>
            {
                exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
                exporter.Endpoint = new Uri(collector, "/v1/traces");
                exporter.TimeoutMilliseconds = (int)Patience.TotalMilliseconds;
            }));
    }

    /// <summary>Notes which model a request asks.</summary>
    public static void Note(ServedModel model) => Activity.Current?.SetTag("justalexnet.model", model.Name).SetTag("justalexnet.version", model.Version);

    /// <summary>Notes what was computed: pictures, and milliseconds of waiting, preparing and the network.</summary>
    public static void Note(Logits logits) => Activity.Current?.SetTag("justalexnet.pictures", logits.Count).SetTag("justalexnet.queue_ms", logits.Queue.TotalMilliseconds)
        .SetTag("justalexnet.prepare_ms", logits.Prepare.TotalMilliseconds).SetTag("justalexnet.infer_ms", logits.Infer.TotalMilliseconds);
}
