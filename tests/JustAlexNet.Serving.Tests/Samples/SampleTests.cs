using System.Diagnostics;
using System.Globalization;
using JustAlexNet.Inference;
using JustAlexNet.Serving.Http.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Serving.Samples.Tests;

/// <summary>The programs of <c>samples/</c>, as the build leaves them, against a real server.</summary>
public sealed class SampleTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Scratch scratch = new();

    public static TheoryData<string> Protocols => ["rest", "grpc"];

    public void Dispose() => scratch.Dispose();

    [Theory, MemberData(nameof(Protocols))]
    public async Task Client_gets_the_classes_that_predict_gives_with_its_key(string protocol)
    {
        File.WriteAllText(scratch.At("keys.txt"), "shop:first-key");
        await using var server = await TestServer.StartAsync(new() { ApiKeyFile = scratch.At("keys.txt") });
        string[] files = [.. TestServer.Photos.Take(3), TestServer.Png];
        var (exit, output, error) = await ClientAsync(server, protocol, "first-key", files);
        Assert.True(exit == 0, error);
        using var predictor = Predictor.Open(server.File);
        Assert.Equal(files.Select(file => $"{Path.GetFileName(file)}  {predictor.Predict(file, new() { TopK = 1 }).Predictions[0].Class}"), output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..line.LastIndexOf(", ", StringComparison.Ordinal)]));
        Assert.All(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.True(double.IsFinite(double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture))));
    }

    [Theory, InlineData("rest", "401: the key is not known here"), InlineData("grpc", "Unauthenticated: the key is not known here")]
    public async Task Client_says_why_it_was_refused(string protocol, string expected)
    {
        File.WriteAllText(scratch.At("keys.txt"), "shop:first-key");
        await using var server = await TestServer.StartAsync(new() { ApiKeyFile = scratch.At("keys.txt") });
        Assert.Equal((1, "", expected + "\n"), await ClientAsync(server, protocol, "other-key", TestServer.Png));
    }

    [Theory, MemberData(nameof(Protocols))]
    public async Task Client_asks_a_busy_server_again_when_it_says(string protocol)
    {
        await using var server = await TestServer.StartAsync(new() { RateLimit = 1 });
        for (var round = 1; await RefusedAsync() == 0; round++)
        {
            Assert.True(round <= 10, "two clients at once never met a limit of one request a second");
            foreach (var (exit, _, error) in await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ClientAsync(server, protocol, null, TestServer.Png)))) Assert.True(exit == 0, error);
        }

        async Task<int> RefusedAsync()
        {
            using var client = new HttpClient();
            var line = (await client.GetStringAsync(server.Host.MetricsAddress)).Split('\n').SingleOrDefault(line => line.StartsWith("justalexnet_rejects_total{reason=\"rate_exceeded\"}", StringComparison.Ordinal));
            return line is null ? 0 : int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public async Task Service_of_ones_own_answers_by_its_own_address_and_by_ours()
    {
        var model = TestServer.WriteModel(scratch.At("mine.onnx"));
        using var service = Start("OwnService", "--model", model, "--urls", "http://127.0.0.1:0");
        try
        {
            const string said = "Now listening on: ";
            string? line;
            while ((line = await service.StandardOutput.ReadLineAsync().WaitAsync(Patience)) is not null && !line.Contains(said, StringComparison.Ordinal)) { }
            if (line is null) Assert.Fail($"it ended: {await service.StandardError.ReadToEndAsync()}");
            using var client = new HttpClient { BaseAddress = new(line[(line.IndexOf(said, StringComparison.Ordinal) + said.Length)..].Trim()) };
            using var predictor = Predictor.Open(model);
            var best = predictor.Predict(TestServer.Png, new() { TopK = 1 }).Predictions[0];

            using var ready = await client.GetAsync("/ready");
            Assert.Equal(200, (int)ready.StatusCode);
            using var own = await client.PostAsync("/shelf", TestServer.Picture(TestServer.Png));
            var answer = (await Reply.OfAsync(own)).Json;
            Assert.Equal(best.Probability, answer.GetProperty("probability").GetDouble());
            Assert.Equal(best.Probability < 0.5 ? "a person decides" : best.Class, answer.GetProperty("shelf").GetString());
            using var ours = await client.PostAsync("/v1/classify?topk=1", TestServer.Picture(TestServer.Png));
            Assert.Equal(best.Class, (await Reply.OfAsync(ours)).Json.GetProperty("results")[0].GetProperty("predictions")[0].GetProperty("class").GetString());
            using var broken = await client.PostAsync("/shelf", TestServer.Bytes([1, 2, 3]));
            Assert.Equal(400, (int)broken.StatusCode);
            Assert.Contains("cannot read the picture", (await Reply.OfAsync(broken)).Error, StringComparison.Ordinal);
        }
        finally
        {
            service.Kill(entireProcessTree: true);
        }
    }

    private static async Task<(int Exit, string Output, string Error)> ClientAsync(TestServer server, string protocol, string? key, params string[] files)
    {
        var address = protocol == "rest" ? server.Host.Address : server.Host.GrpcAddress;
        using var client = Start("ServingClient", [protocol, address.ToString(), .. files], key);
        var (output, error) = (client.StandardOutput.ReadToEndAsync(), client.StandardError.ReadToEndAsync());
        await client.WaitForExitAsync().WaitAsync(Patience);
        return (client.ExitCode, (await output).ReplaceLineEndings("\n"), (await error).ReplaceLineEndings("\n"));
    }

    private static Process Start(string sample, params string[] arguments) => Start(sample, arguments, key: null);

    private static Process Start(string sample, string[] arguments, string? key)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var start = new ProcessStartInfo("dotnet", [Repository.At("out", "bin", sample, configuration, $"{sample}.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("JUSTALEXNET_KEY");
        if (key is not null) start.Environment["JUSTALEXNET_KEY"] = key;
        return Process.Start(start)!;
    }
}
