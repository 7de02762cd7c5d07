using JustAlexNet.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace JustAlexNet.Serving.Http.Tests;

/// <summary>The models within somebody's own ASP.NET Core service.</summary>
public sealed class OwnServiceTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Two_lines_put_models_into_a_service()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddJustAlexNet(TestServer.WriteModel(scratch.At("mine.onnx")), new() { MaxPictures = 1 });
        ModelRepository models;
        await using (var app = builder.Build())
        {
            app.MapGroup("/ai").MapJustAlexNet();
            app.MapGet("/own", (ModelRepository injected) => injected.DefaultName);
            await app.StartAsync();
            models = app.Services.GetRequiredService<ModelRepository>();
            using var client = new HttpClient { BaseAddress = new(app.Urls.Single()) };
            Assert.Equal("mine", await client.GetStringAsync("/own"));
            using var response = await client.PostAsync("/ai/v1/classify", TestServer.Picture(TestServer.Png));
            var reply = await Reply.OfAsync(response);
            Assert.Equal(200, reply.Status);
            Assert.Equal("mine", reply.Json.GetProperty("model").GetString());
            using var refused = await client.PostAsync("/ai/v1/classify", TestServer.Form(TestServer.Png, TestServer.Png));
            (await Reply.OfAsync(refused)).IsRefused(413, "more than 1 pictures");
            using var orders = await client.PostAsync("/ai/v2/repository/index", null);
            Assert.Equal(404, (int)orders.StatusCode);       // by requests, nobody orders about the models of a service that has its own keys
        }
        Assert.False(models.IsReady);       // freed with the service
    }

    [Fact]
    public void Model_that_cannot_be_opened_ends_the_start()
    {
        File.WriteAllText(scratch.At("broken.onnx"), "no model");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddJustAlexNet(scratch.At("broken.onnx"));
        var app = builder.Build();
        Assert.ThrowsAny<JustAlexNetException>(() => app.MapJustAlexNet());
    }
}
