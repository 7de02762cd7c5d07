using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace JustAlexNet.Serving.Http;

/// <summary>The counters as Prometheus reads them (text format 0.0.4), by Triton's names where it has them.</summary>
internal sealed class MetricsPage(ModelRepository models)
{
    private static readonly (string Name, string Kind, string Help, Func<ModelCount, double> Of)[] OfModels =
    [
        ("nv_inference_request_success", "counter", "Requests answered", count => count.Success),
        ("nv_inference_count", "counter", "Pictures that passed the network", count => count.Inferences),
        ("nv_inference_exec_count", "counter", "Batches that passed the network", count => count.Executions),
        ("nv_inference_request_duration_us", "counter", "Time of the answered requests, microseconds", count => count.Request.TotalMicroseconds),
        ("nv_inference_queue_duration_us", "counter", "Of that, waiting", count => count.Queue.TotalMicroseconds),
        ("nv_inference_compute_input_duration_us", "counter", "Of that, decoding and resizing", count => count.ComputeInput.TotalMicroseconds),
        ("nv_inference_compute_infer_duration_us", "counter", "Of that, in the network", count => count.ComputeInfer.TotalMicroseconds),
        ("nv_inference_compute_output_duration_us", "counter", "Of that, after the network", count => count.ComputeOutput.TotalMicroseconds),
        ("nv_inference_pending_request_count", "gauge", "Requests that wait for the network", count => count.Pending),
    ];

    public async Task SendAsync(HttpContext context)
    {
        var body = Encoding.UTF8.GetBytes(Text());
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    public string Text()
    {
        var (text, counts) = (new StringBuilder(), models.Meter.Models);
        foreach (var (name, kind, help, of) in OfModels)
        {
            Head(text, name, kind, help);
            foreach (var count in counts) Line(text, name, of(count), ("model", count.Name), ("version", count.Version));
        }
        Head(text, "nv_inference_request_failure", "counter", "Requests that failed, by reason");
        foreach (var count in counts)
            foreach (var (kind, number) in count.Failures) Line(text, "nv_inference_request_failure", number, ("model", count.Name), ("version", count.Version), ("reason", kind.ToString().ToUpperInvariant()));
        Head(text, "justalexnet_rejects_total", "counter", "Requests refused, by reason");
        foreach (var (reason, number) in models.Meter.Rejects.OrderBy(reject => reject.Key, StringComparer.Ordinal)) Line(text, "justalexnet_rejects_total", number, ("reason", reason));
        Head(text, "justalexnet_admitted_pictures", "gauge", "Pictures that hold a place now");
        Line(text, "justalexnet_admitted_pictures", models.Meter.Admitted);
        Head(text, "justalexnet_ready", "gauge", "Whether requests are answered");
        Line(text, "justalexnet_ready", models.IsReady ? 1 : 0);
        return text.ToString();
    }

    private static void Head(StringBuilder text, string name, string kind, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {kind}\n");

    private static void Line(StringBuilder text, string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        text.Append(name);
        for (var i = 0; i < labels.Length; i++)
            text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(labels[i].Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        if (labels.Length > 0) text.Append('}');
        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
