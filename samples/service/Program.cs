// A web service of one's own with a trained network in it. Keys, log and addresses are the service's.
//   dotnet run --project samples/service -- --model model.onnx
//   curl --data-binary @photo.jpg localhost:5000/shelf
using JustAlexNet.Serving;
using JustAlexNet.Serving.Http;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddJustAlexNet(builder.Configuration["model"] ?? "model.onnx");
await using var app = builder.Build();
app.MapJustAlexNet();       // POST /v1/classify and /v2/..., as justalexnet serve has them
app.MapGet("/ready", (ModelRepository models) => models.IsReady ? Results.Ok() : Results.StatusCode(503));
app.MapPost("/shelf", ShelfAsync);
await app.RunAsync();

// The service's own question to the same network: where does this thing belong?
static async Task<IResult> ShelfAsync(HttpRequest request, ModelRepository models, CancellationToken left)
{
    try
    {
        using var admission = models.Admit(left: left);       // too many wait: refused before the picture is read
        using var lease = models.Lease();       // the highest version of the first model, kept while it is asked
        using var picture = new MemoryStream();
        await request.Body.CopyToAsync(picture, left);
        var logits = await lease.Model.InferAsync(admission, [picture.ToArray()], DateTime.UtcNow.AddSeconds(5), left);
        var best = logits.Best(picture: 0, topK: 1)[0];
        return Results.Ok(new { shelf = best.Probability < 0.5 ? "a person decides" : best.Class, best.Probability });
    }
    catch (ServingException refusal)
    {
        return Results.Json(new { error = refusal.Message }, statusCode: refusal.Fault switch { ServingFault.QueueFull => 429, ServingFault.Unavailable or ServingFault.DeadlineExceeded => 503, ServingFault.Internal => 500, _ => 400 });
    }
}
