using JustAlexNet.Serving;
using JustAlexNet.Serving.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;

namespace Examples;

internal static class OwnService
{
    public static void Run()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddJustAlexNet("model.onnx");
        using var app = builder.Build();
        app.MapJustAlexNet();       // POST /v1/classify and /v2/...
        app.MapGet("/ready", (ModelRepository models) => models.IsReady);       // the service's own code asks the same models
        app.Start();

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var picture = new ByteArrayContent(File.ReadAllBytes("photo.jpg"));
        using var answer = client.PostAsync("/v1/classify?topk=1", picture).Result.EnsureSuccessStatusCode();
        Console.WriteLine(answer.Content.ReadAsStringAsync().Result);       // {"model":"model","version":"1","results":[{"predictions":[...
    }
}
