using System.Globalization;
using System.Text.Json;
using JustAlexNet.Inference;
using JustAlexNet.Imaging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace JustAlexNet.Serving.Http;

/// <summary>The endpoints that ask a model.</summary>
internal sealed class InferenceEndpoints(ModelRepository models, JsonTurns turns, TimeProvider clock)
{
    private const string JsonLength = "Inference-Header-Content-Length";
    private static readonly string[] QueryNames = ["topk", "model", "version"];

    /// <summary><c>POST /v1/classify</c>: pictures in, the most probable classes out. One picture that cannot be read refuses the whole request, and the error says which: half an answer would be taken for a whole one.</summary>
    public Task ClassifyAsync(HttpContext context)
    {
        var query = Query(context, QueryNames);
        var topK = 5;
        if (query.TryGetValue("topk", out var given) && !(int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out topK) && topK >= 1)) throw Bad($"topk is '{PrintableText.Of(given.ToString())}', expected a whole number, 1 or more");
        return AskAsync(context, query["model"], query["version"], async (model, admission, memory, time) =>
        {
            var options = models.Options;
            var pictures = await time.ReadAsync(stop => PictureBody.ReadAsync(context.Request, memory, options.MaxBodyBytes, options.MaxPictures, stop));
            if (pictures.Count > 1) admission.Grow(pictures.Count);
            var logits = await model.InferAsync(admission, pictures, time.Deadline, context.RequestAborted);
            Note(context, logits);
            await Json.SendAsync(context, json => Write(json, model, logits, topK));
        });
    }

    /// <summary><c>POST /v2/models/{model}[/versions/{version}]/infer</c> of the Open Inference Protocol.</summary>
    public Task InferAsync(HttpContext context)
    {
        int? jsonLength = null;
        if (context.Request.Headers.TryGetValue(JsonLength, out var stated))
            jsonLength = int.TryParse(stated, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : throw Bad($"{JsonLength} is not a number of bytes");
        return AskAsync(context, Name(context), Version(context), async (model, admission, memory, time) =>
        {
            using var text = new RequestMemory();       // JSON is not needed any more when it is read
            var body = await time.ReadAsync(stop => Body.ReadAsync(context.Request, jsonLength is null ? text : memory, models.Options.MaxBodyBytes, stop));
            var request = await time.ReadAsync(stop => turns.ReadAsync(() => InferRequest.Read(body, jsonLength, memory, TensorInput.Of(model), model.OutputName, models.Options.MaxPictures), stop));
            text.Dispose();
            var deadline = request.Timeout is { } shorter && time.Begin + shorter < time.Deadline ? time.Begin + shorter : time.Deadline;
            var logits = await request.AskAsync(model, admission, deadline, context.RequestAborted);
            Note(context, logits);
            await SendAsync(context, InferResponse.Of(request, model, logits));
        });
    }

    /// <summary><c>POST /v1/preprocessed</c>: one picture in, the S x S pixels that the network would see of it out, a PNG file. Nothing passes the network.</summary>
    public Task PreprocessedAsync(HttpContext context)
    {
        var query = Query(context, QueryNames[1..]);
        return AskAsync(context, query["model"], query["version"], async (model, admission, memory, time) =>
        {
            var pictures = await time.ReadAsync(stop => PictureBody.ReadAsync(context.Request, memory, models.Options.MaxBodyBytes, models.Options.MaxPictures, stop));
            if (pictures.Count > 1) throw Bad($"the form has {pictures.Count} pictures, expected one");
            var png = await model.PreprocessedPngAsync(admission, pictures[0], time.Deadline, context.RequestAborted);
            context.Response.ContentType = "image/png";
            context.Response.ContentLength = png.Length;
            await context.Response.Body.WriteAsync(png, context.RequestAborted);
        });
    }

    /// <summary>The model that an address names.</summary>
    public static string Name(HttpContext context) => (string)context.GetRouteValue("model")!;

    /// <summary>The version that an address names; null: none.</summary>
    public static string? Version(HttpContext context) => (string?)context.GetRouteValue("version");

    private static IQueryCollection Query(HttpContext context, IReadOnlyList<string> names) =>
        context.Request.Query.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown ? throw Bad($"the address has '{PrintableText.Of(unknown)}', expected {string.Join(", ", names)}") : context.Request.Query;

    // Milliseconds, as browsers read them (W3C Server Timing).
    private static void Note(HttpContext context, Logits logits)
    {
        Tracing.Note(logits);
        context.Response.Headers["Server-Timing"] = string.Create(CultureInfo.InvariantCulture, $"queue;dur={logits.Queue.TotalMilliseconds:0.###}, prepare;dur={logits.Prepare.TotalMilliseconds:0.###}, infer;dur={logits.Infer.TotalMilliseconds:0.###}");
    }

    // The places come before the body: who is not let in has sent nothing but a head.
    private async Task AskAsync(HttpContext context, string? name, string? version, Func<ServedModel, Admission, RequestMemory, RequestTime, Task> ask)
    {
        Body.CheckHead(context.Request, models.Options.MaxBodyBytes);
        using var lease = models.Lease(name, version);
        Answering.Note(context, lease.Model);
        using var admission = models.Admit(1, context.RequestAborted);
        using var memory = new RequestMemory();
        using var time = new RequestTime(models.Options.RequestTimeout, clock, WatchedBody.Begin(context, admission), context.RequestAborted);
        await ask(lease.Model, admission, memory, time);
    }

    private static async Task SendAsync(HttpContext context, (ReadOnlyMemory<byte> Json, IReadOnlyList<ReadOnlyMemory<byte>> Blobs) answer)
    {
        if (answer.Blobs.Count == 0)
        {
            await Json.SendAsync(context, StatusCodes.Status200OK, answer.Json);
            return;
        }
        context.Response.Headers[JsonLength] = answer.Json.Length.ToString(CultureInfo.InvariantCulture);
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = answer.Json.Length + answer.Blobs.Sum(blob => (long)blob.Length);
        await context.Response.Body.WriteAsync(answer.Json, context.RequestAborted);
        foreach (var blob in answer.Blobs) await context.Response.Body.WriteAsync(blob, context.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, ServedModel model, Logits logits, int topK)
    {
        json.WriteString("model", model.Name);
        json.WriteString("version", model.Version);
        json.WriteStartArray("results");
        for (var picture = 0; picture < logits.Count; picture++)
        {
            json.WriteStartObject();
            json.WriteStartArray("predictions");
            foreach (var best in logits.Best(picture, topK)) Write(json, best, model.Classes);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ClassProbability best, ClassNames classes)
    {
        json.WriteStartObject();
        json.WriteNumber("index", best.Index);
        json.WriteString("class", best.Class);
        json.WriteNumber("probability", best.Probability);
        if (classes.Meanings.TryGetValue(best.Class, out var meaning)) json.WriteString("meaning", meaning);
        json.WriteEndObject();
    }

    private static RequestException Bad(string message) => new(ServingFault.BadInput, "bad_request", message);
}
