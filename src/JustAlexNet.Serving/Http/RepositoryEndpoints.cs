using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace JustAlexNet.Serving.Http;

/// <summary>The model repository extension: models listed, loaded and unloaded by an administrator.</summary>
internal sealed class RepositoryEndpoints(ModelRepository models)
{
    private const int MaxBytes = 64 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    public async Task IndexAsync(HttpContext context)
    {
        var onlyReady = false;
        await ReadAsync(context, body =>
        {
            if (body.TryGetProperty("ready", out var ready)) onlyReady = ready.ValueKind is JsonValueKind.True or JsonValueKind.False ? ready.GetBoolean() : throw Bad("\"ready\" is neither true nor false");
        });
        await Json.SendAsync(context, StatusCodes.Status200OK, Json.Of(json =>
        {
            json.WriteStartArray();
            foreach (var model in models.Index().Where(model => !onlyReady || model.State == ModelState.Ready))
            {
                json.WriteStartObject();
                json.WriteString("name", model.Name);
                json.WriteString("version", model.Version);
                json.WriteString("state", model.StateName);
                json.WriteString("reason", model.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }));
    }

    public Task LoadAsync(HttpContext context) => OrderAsync(context, "load", models.LoadAsync);

    public Task UnloadAsync(HttpContext context) => OrderAsync(context, "unload", models.UnloadAsync);

    /// <summary>Refuses parameters: a configuration or a file that comes with an order would be a second way for models to get here, past whoever watches the folder.</summary>
    /// <exception cref="RequestException">There is one that means something.</exception>
    public static void CheckParameters(string order, IEnumerable<string> names)
    {
        if (names.Any(name => name != "unload_dependents")) throw Bad($"an order to {order} takes no parameters here: models and their configuration come from files only");
    }

    // An order that was begun is not taken back when the caller leaves.
    private static async Task OrderAsync(HttpContext context, string order, Func<string, CancellationToken, Task> carryOut)
    {
        await ReadAsync(context, body =>
        {
            if (!body.TryGetProperty("parameters", out var parameters) || parameters.ValueKind == JsonValueKind.Null) return;
            if (parameters.ValueKind != JsonValueKind.Object) throw Bad("\"parameters\" is not an object");
            CheckParameters(order, parameters.EnumerateObject().Select(parameter => parameter.Name));
        });
        var name = InferenceEndpoints.Name(context);
        await carryOut(name, CancellationToken.None);
        await Json.SendAsync(context, json =>
        {
            json.WriteString("name", name);
            json.WriteBoolean(order, true);
        });
    }

    // An empty body says nothing.
    private static async Task ReadAsync(HttpContext context, Action<JsonElement> take)
    {
        Body.CheckHead(context.Request, MaxBytes);
        using var memory = new RequestMemory();
        var body = await Body.ReadAsync(context.Request, memory, MaxBytes, context.RequestAborted);
        if (body.Length == 0) return;
        try
        {
            using var json = JsonDocument.Parse(body, Strict);
            take(json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement : throw Bad("the body is not a JSON object"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)      // the second: a text in it is no Unicode
        {
            throw Bad("the body is not a JSON object");
        }
    }

    private static RequestException Bad(string message) => new(ServingFault.BadInput, "bad_request", message);
}
