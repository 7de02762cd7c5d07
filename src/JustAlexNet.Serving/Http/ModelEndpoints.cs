using System.Reflection;
using System.Text.Json;
using JustAlexNet.Onnx;
using Microsoft.AspNetCore.Http;

namespace JustAlexNet.Serving.Http;

/// <summary>The endpoints that tell of the server and its models.</summary>
internal sealed class ModelEndpoints(ModelRepository models)
{
    /// <summary>The protocol's extensions that are spoken here.</summary>
    public static IReadOnlyList<string> Extensions { get; } = ["binary_tensor_data", "classification", "model_configuration", "model_repository", "statistics"];
    private static readonly byte[] Description = ReadDescription();

    /// <summary>The version of this program.</summary>
    public static string Release { get; } = typeof(ModelEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Task LiveAsync(HttpContext context) => Json.SendAsync(context, json => json.WriteBoolean("live", true));

    public Task ReadyAsync(HttpContext context) => models.IsReady
        ? Json.SendAsync(context, json => json.WriteBoolean("ready", true))
        : Json.SendErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready: models are being loaded, or the server is about to end");

    public static Task ServerAsync(HttpContext context) => Json.SendAsync(context, json =>
    {
        json.WriteString("name", "justalexnet");
        json.WriteString("version", Release);
        json.WriteStrings("extensions", Extensions);
    });

    /// <summary>The OpenAPI document.</summary>
    public static Task DescriptionAsync(HttpContext context) => Json.SendAsync(context, StatusCodes.Status200OK, Description);

    public Task NamesAsync(HttpContext context) => Json.SendAsync(context, json => json.WriteStrings("models", models.Index().Select(model => model.Name).Distinct()));

    public async Task ModelReadyAsync(HttpContext context)
    {
        using var lease = LeaseForAnybody(models, InferenceEndpoints.Name(context), InferenceEndpoints.Version(context));
        var isReady = models.IsReady;
        await (isReady
            ? Json.SendAsync(context, json =>
            {
                json.WriteString("name", lease.Model.Name);
                json.WriteBoolean("ready", true);
            })
            : Json.SendErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "not ready: the server is about to end"));
    }

    public async Task ModelAsync(HttpContext context)
    {
        using var lease = models.Lease(InferenceEndpoints.Name(context), InferenceEndpoints.Version(context));
        var (model, input) = (lease.Model, TensorInput.Of(lease.Model));
        Answering.Note(context, model);
        await Json.SendAsync(context, json =>
        {
            json.WriteString("name", model.Name);
            json.WriteStrings("versions", Versions(models, model));
            json.WriteString("platform", model.Platform);
            json.WriteStartArray("inputs");
            Tensor(json, input.Name, input.Datatype, [-1, .. input.Shape]);
            json.WriteEndArray();
            json.WriteStartArray("outputs");
            Tensor(json, model.OutputName, "FP32", [-1, model.Classes.Count]);
            json.WriteEndArray();
            json.WriteStartObject("properties");
            foreach (var (key, value) in Properties(model)) json.WriteString(key, value);
            json.WriteEndObject();
        });
    }

    /// <summary>The model configuration extension, as far as clients ask for it.</summary>
    public async Task ConfigurationAsync(HttpContext context)
    {
        using var lease = models.Lease(InferenceEndpoints.Name(context), InferenceEndpoints.Version(context));
        var (model, input) = (lease.Model, TensorInput.Of(lease.Model));
        await Json.SendAsync(context, json =>
        {
            json.WriteString("name", model.Name);
            json.WriteString("platform", model.Platform);
            json.WriteString("backend", "onnxruntime");
            json.WriteNumber("max_batch_size", models.Options.MaxBatch);
            json.WriteStartArray("input");
            Dimensions(json, input.Name, input.Datatype, [.. input.Shape]);
            json.WriteEndArray();
            json.WriteStartArray("output");
            Dimensions(json, model.OutputName, "FP32", [model.Classes.Count]);
            json.WriteEndArray();
            json.WriteStartObject("dynamic_batching");
            json.WriteNumber("max_queue_delay_microseconds", (long)models.Options.BatchDelay.TotalMicroseconds);
            json.WriteEndObject();
        });
    }

    /// <summary>The statistics extension: of all models, or of the one that the address names.</summary>
    public Task StatisticsAsync(HttpContext context)
    {
        var version = InferenceEndpoints.Version(context);
        var name = context.Request.RouteValues.ContainsKey("model") ? InferenceEndpoints.Name(context) : null;
        var counts = Counts(models, name, version);
        return Json.SendAsync(context, json =>
        {
            json.WriteStartArray("model_stats");
            foreach (var count in counts) Statistics(json, count);
            json.WriteEndArray();
        });
    }

    /// <summary>The versions of a model that answer.</summary>
    public static IEnumerable<string> Versions(ModelRepository models, ServedModel model) => models.Index().Where(other => other.Name == model.Name && other.State == ModelState.Ready).Select(other => other.Version);

    /// <summary>A model for somebody without a key, who does not hear of others.</summary>
    /// <exception cref="ServingException">It is not there, or does not answer.</exception>
    public static ModelLease LeaseForAnybody(ModelRepository models, string name, string? version)
    {
        try
        {
            return models.Lease(name, version);
        }
        catch (ServingException e) when (e.Fault == ServingFault.NotFound)
        {
            throw new ServingException(e.Fault, e.Reason, "there is no such model or version.");
        }
    }

    /// <summary>What the protocol calls a model's properties: what its file says, without the run's record, in which are folders of another machine and an entry a photo.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Properties(ServedModel model) =>
        model.Metadata.Where(entry => entry.Key is not ("sha256" or OnnxMetadata.RecipeKey or OnnxMetadata.DataKey)).Prepend(new("sha256", model.Sha256));

    /// <summary>Counters of all models, or of one; null: all.</summary>
    /// <exception cref="ServingException">There is no such one.</exception>
    public static IReadOnlyList<ModelCount> Counts(ModelRepository models, string? name, string? version)
    {
        if (name is not null) models.Lease(name, version).Dispose();        // says that there is none
        return [.. models.Meter.Models.Where(model => (name ?? model.Name) == model.Name && (version ?? model.Version) == model.Version)];
    }

    private static void Statistics(Utf8JsonWriter json, ModelCount count)
    {
        json.WriteStartObject();
        json.WriteString("name", count.Name);
        json.WriteString("version", count.Version);
        json.WriteNumber("last_inference", count.LastInference?.ToUnixTimeMilliseconds() ?? 0);
        json.WriteNumber("inference_count", count.Inferences);
        json.WriteNumber("execution_count", count.Executions);
        json.WriteStartObject("inference_stats");
        Duration("success", count.Success, count.Request);
        Duration("fail", count.Failures.Values.Sum(), TimeSpan.Zero);
        Duration("queue", count.Success, count.Queue);
        Duration("compute_input", count.Success, count.ComputeInput);
        Duration("compute_infer", count.Success, count.ComputeInfer);
        Duration("compute_output", count.Success, count.ComputeOutput);
        Duration("cache_hit", 0, TimeSpan.Zero);
        Duration("cache_miss", 0, TimeSpan.Zero);
        json.WriteEndObject();
        json.WriteStartArray("batch_stats");
        json.WriteEndArray();
        json.WriteEndObject();

        void Duration(string name, long times, TimeSpan time)
        {
            json.WriteStartObject(name);
            json.WriteNumber("count", times);
            json.WriteNumber("ns", (long)time.TotalNanoseconds);
            json.WriteEndObject();
        }
    }

    private static void Tensor(Utf8JsonWriter json, string name, string datatype, ReadOnlySpan<long> shape)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("datatype", datatype);
        json.WriteNumbers("shape", shape);
        json.WriteEndObject();
    }

    private static void Dimensions(Utf8JsonWriter json, string name, string datatype, ReadOnlySpan<long> dimensions)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("data_type", $"TYPE_{datatype}");
        json.WriteNumbers("dims", dimensions);
        json.WriteEndObject();
    }

    private static byte[] ReadDescription()
    {
        using var resource = typeof(ModelEndpoints).Assembly.GetManifestResourceStream("openapi.json")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
