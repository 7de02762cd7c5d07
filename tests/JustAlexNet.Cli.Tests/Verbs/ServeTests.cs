using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Serving.Http.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class ServeTests : IDisposable
{
    private const string Help = "  See: justalexnet serve --help";

    private readonly Scratch scratch = new();
    private readonly string model;

    public ServeTests() => model = TestServer.WriteModel(scratch.At("small.onnx"));

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("TERM"), InlineData("INT")]
    public async Task Addresses_are_said_pictures_answered_and_a_signal_ends_it_in_peace(string signal)
    {
        Child.NeedsSignals();
        using var child = new Child("serve", model, "--http-port", "0", "--grpc-port", "0", "--metrics-port", "0");
        var lines = child.WaitFor("/metrics").Output.Split('\n');
        Assert.Equal("model    small, version 1", lines[0]);
        Assert.Matches(@"^rest     http://127\.0\.0\.1:\d+/$", lines[1]);
        Assert.Matches(@"^grpc     http://127\.0\.0\.1:\d+/$", lines[2]);
        Assert.Matches(@"^metrics  http://127\.0\.0\.1:\d+/metrics$", lines[3]);
        using var client = new HttpClient();
        using var photo = new ByteArrayContent(File.ReadAllBytes(TestServer.Png));
        using var answer = await client.PostAsync($"{lines[1][9..]}v1/classify?topk=1", photo);
        using var predicted = JsonDocument.Parse(Here.Run("predict", TestServer.Png, "--checkpoint", model, "--json").Out);
        using var served = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(predicted.RootElement.GetProperty("predictions").GetRawText(), served.RootElement.GetProperty("results")[0].GetProperty("predictions").GetRawText());
        Assert.Contains("nv_inference_count{model=\"small\",version=\"1\"} 1\n", await client.GetStringAsync(lines[3][9..]), StringComparison.Ordinal);
        var end = child.Signal(signal).Wait();
        Assert.Equal(0, end.Code);
        using var log = JsonDocument.Parse(Assert.Single(end.Err.Split('\n'), line => line.Contains("/v1/classify", StringComparison.Ordinal)));
        var state = log.RootElement.GetProperty("State");
        Assert.Equal((200, "small", "/v1/classify"), (state.GetProperty("Status").GetInt32(), state.GetProperty("Model").GetString(), state.GetProperty("Path").GetString()));
        Assert.All((string[])["RequestId", "Milliseconds"], name => Assert.NotEqual(JsonValueKind.Undefined, state.GetProperty(name).ValueKind));
    }

    [Fact]
    public async Task Request_that_was_accepted_before_the_signal_is_answered()
    {
        Child.NeedsSignals();
        using var child = new Child("serve", model, "--http-port", "0", "--grpc-port", "0", "--metrics-port", "0", "--json");
        using var json = JsonDocument.Parse(child.WaitFor("}\n").Output);
        var port = json.RootElement.GetProperty("http_port").GetInt32();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        using var accepted = new RawConnection(tcp);
        var photo = File.ReadAllBytes(TestServer.Png);
        await accepted.WriteAsync($"POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: {photo.Length}\r\nConnection: close\r\n\r\n");
        using var client = new HttpClient();
        var metrics = json.RootElement.GetProperty("metrics").GetString();
        while (!(await client.GetStringAsync(metrics)).Contains("justalexnet_admitted_pictures 1\n", StringComparison.Ordinal)) await Task.Delay(20);
        child.Signal("TERM");
        while ((await client.GetAsync($"http://127.0.0.1:{port}/v2/health/ready")).StatusCode != HttpStatusCode.ServiceUnavailable) await Task.Delay(20);
        await accepted.WriteAsync(photo);
        Assert.StartsWith("HTTP/1.1 200 ", await accepted.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(0, child.Wait().Code);
    }

    [Fact]
    public void Nothing_is_kept_for_the_telemetry_of_ONNX_Runtime()
    {
        Child.NeedsSignals();       // on Windows the number stands elsewhere
        using var child = new Child(new Dictionary<string, string?> { ["HOME"] = scratch.At("home"), ["XDG_CACHE_HOME"] = scratch.At("caches") }, "predict", TestServer.Png, "--checkpoint", model);
        Assert.Equal(0, child.Wait().Code);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(scratch.Folder, "*", SearchOption.AllDirectories), path => path.Contains("Microsoft", StringComparison.Ordinal) || path.Contains("onnxruntime", StringComparison.Ordinal));
    }

    [Fact]
    public void Json_is_one_object_and_the_log_is_silent_where_nobody_wants_it()
    {
        Child.NeedsSignals();
        using var child = new Child("serve", model, "--http-port", "0", "--grpc-port", "0", "--metrics-port", "0", "--json", "--log-level", "none");
        var answer = child.WaitFor("}\n").Signal("TERM").Wait();
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        using var json = JsonDocument.Parse(answer.Out);
        Assert.Equal(["rest", "http_port", "grpc", "grpc_port", "metrics", "metrics_port", "models"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.InRange(json.RootElement.GetProperty("http_port").GetInt32(), 1, 65535);
        Assert.Equal("small", json.RootElement.GetProperty("models")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void Neither_variables_nor_files_of_the_working_folder_say_where_it_listens()
    {
        Child.NeedsSignals();
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = scratch.Folder;
            File.WriteAllText("appsettings.json", "{\"Urls\":\"http://127.0.0.1:1\",\"Kestrel\":{\"Endpoints\":{\"a\":{\"Url\":\"http://127.0.0.1:1\"}}}}");
            using var child = new Child(new Dictionary<string, string?> { ["ASPNETCORE_URLS"] = "http://127.0.0.1:1", ["ASPNETCORE_HTTP_PORTS"] = "1", ["DOTNET_URLS"] = "http://127.0.0.1:1" }, "serve", model, "--http-port", "0", "--grpc-port", "0", "--metrics-port", "0");
            var answer = child.WaitFor("/metrics").Signal("TERM").Wait();
            Assert.Equal(0, answer.Code);
            Assert.DoesNotContain(":1/", answer.Out, StringComparison.Ordinal);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public void Folder_of_models_is_served_by_names_and_versions()
    {
        Child.NeedsSignals();
        foreach (var place in (string[])["cats/1", "cats/2", "dogs/7"]) TestServer.WriteModel(scratch.At([.. $"models/{place}/model.onnx".Split('/')]));
        using var child = new Child("serve", "--model-repository", Path.Combine(scratch.Folder, "models"), "--http-port", "0", "--grpc-port", "0", "--metrics-port", "0");
        var answer = child.WaitFor("/metrics").Signal("TERM").Wait();
        Assert.Equal(0, answer.Code);
        Assert.Contains("model    cats, version 2\n", answer.Out, StringComparison.Ordinal);
        Assert.Contains("model    dogs, version 7\n", answer.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--http-port is 70000, expected 0 to 65535", "--http-port", "70000")]
    [InlineData("--grpc-port is 70000, expected 0 to 65535", "--grpc-port", "70000")]
    [InlineData("--http-port and --metrics-port are both 9000, expected two ports", "--http-port", "9000", "--metrics-port", "9000")]
    [InlineData("--max-batch is 0, expected 1 to 1024", "--max-batch", "0")]
    [InlineData("--rate-limit is 0, expected 1 or more", "--rate-limit", "0")]
    [InlineData("--drain-timeout is 1E+300, expected seconds", "--drain-timeout", "1e300")]
    [InlineData("--host 0.0.0.0 lets other machines in, and nothing says who may ask: give --api-key-file, or --no-auth if everybody may", "--host", "0.0.0.0")]
    [InlineData("--host is 'here', expected an IP address such as 127.0.0.1 or 0.0.0.0, or localhost", "--host", "here")]
    public void Options_that_cannot_be_meant_are_usage(string fault, params string[] options) => Here.Run(["serve", model, .. options]).IsBareRefusal(ExitCode.Usage, $"error: {fault}", Help);

    [Fact]
    public void All_faults_of_a_line_are_said_together() =>
        Here.Run("serve", "--http-port", "-1", "--max-connections", "0").IsBareRefusal(ExitCode.Usage, "error: no model is named, expected .onnx files or --model-repository DIR", "  --http-port is -1, expected 0 to 65535", "  --max-connections is 0, expected 1 or more", Help);

    [Fact]
    public void Model_that_cannot_be_served_is_a_failure()
    {
        var answer = Here.Run("serve", scratch.At("none.onnx"), "--http-port", "0", "--grpc-port", "0", "--metrics-port", "0");
        Assert.Equal((ExitCode.Failed, ""), (answer.Code, answer.Out));
        Assert.Contains("none.onnx", answer.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoint_is_sent_to_export() =>
        Here.Run("serve", "runs/best_model.pth").IsBareRefusal(ExitCode.Usage, "error: runs/best_model.pth is no .onnx file; justalexnet export runs/best_model.pth --output best_model.onnx makes one of a checkpoint", Help);

    [Fact]
    public void Key_file_that_is_not_there_is_a_failure_that_names_the_option() =>
        Here.Run("serve", model, "--http-port", "0", "--grpc-port", "0", "--metrics-port", "0", "--api-key-file", scratch.At("none.txt")).IsBareRefusal(ExitCode.Failed, $"error: --api-key-file {scratch.At("none.txt")} is not there, expected a file of lines name:key");

    [Fact]
    public void Serving_loads_neither_TorchSharp_nor_libtorch()
    {
        Child.NeedsSignals();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What is loaded stands in /proc.");
        var list = scratch.At("modules.txt");
        using var child = new Child(new Dictionary<string, string?> { ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location, [LoadedModules.Variable] = list }, "serve", model, "--http-port", "0", "--grpc-port", "0", "--metrics-port", "0");
        Assert.Equal(0, child.WaitFor("/metrics").Signal("TERM").Wait().Code);
        var modules = File.ReadAllLines(list);
        Assert.Contains(modules, name => name.StartsWith("libonnxruntime", StringComparison.Ordinal));
        Assert.DoesNotContain(modules, name => name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.StartsWith("libc10", StringComparison.Ordinal) || name == "ScottPlot");
    }
}
