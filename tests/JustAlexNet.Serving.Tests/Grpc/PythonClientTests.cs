using System.Diagnostics;
using System.Globalization;
using JustAlexNet.Inference;
using JustAlexNet.Serving.Http.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Serving.Grpc.Tests;

/// <summary>The protocol's file and a client of another language: the Python program that the page on serving shows.</summary>
public sealed class PythonClientTests : IDisposable
{
    private const string Install = "apt-get install python3-grpcio python3-protobuf protobuf-compiler";
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Python_gets_the_classes_that_predict_gives()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3") && File.Exists("/usr/bin/protoc") && (await RunAsync("/usr/bin/python3", "-c", "import grpc, google.protobuf")).Exit == 0, $"No gRPC for Python here: {Install}");
        var (exit, _, error) = await RunAsync("/usr/bin/protoc", $"--python_out={scratch.Folder}", $"--proto_path={Repository.At("src", "JustAlexNet.Serving", "Grpc")}", "inference.proto");
        Assert.True(exit == 0, error);
        await using var server = await TestServer.StartAsync();
        string[] files = [.. TestServer.Photos.Take(3), TestServer.Png];
        var (end, output, said) = await RunAsync("/usr/bin/python3", [Repository.At("docs", "examples", "serving_client.py"), server.Host.GrpcAddress.Authority, .. files]);
        Assert.True(end == 0, said);
        using var predictor = Predictor.Open(server.File);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(files.Select(file => (Path.GetFileName(file), predictor.Predict(file, new() { TopK = 1 }).Predictions[0])).Select(best => string.Create(CultureInfo.InvariantCulture, $"{best.Item1} {best.Item2.Index} {best.Item2.Class}")),
            lines.Select(line => line[..line.LastIndexOf(' ')]));
    }

    private async Task<(int Exit, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["PYTHONPATH"] = scratch.Folder, ["PYTHONDONTWRITEBYTECODE"] = "1", ["PYTHONIOENCODING"] = "utf-8" } };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
