using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Serving;
using JustAlexNet.Serving.Http;
using Microsoft.Extensions.Logging;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet serve MODEL...</c></summary>
internal static class ServeCommand
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly (ServingOptions Serving, HttpOptions Http) Standard = (new(), new());
    private static readonly string[] Levels = ["trace", "debug", "information", "warning", "error", "critical", "none"];

    private static readonly Argument<string[]> Models = Values.NotEmpty(new Argument<string[]>("MODEL") { Description = ".onnx files, as justalexnet export writes them; a model is called after its file", Arity = ArgumentArity.ZeroOrMore });
    private static readonly Option<string?> Folder = Values.Path("--model-repository", "Folder of NAME/VERSION/model.onnx; what changes there is served within seconds", "DIR");
    private static readonly Option<int> MaxBatch = Values.Whole("--max-batch", "Pictures, of several requests perhaps, that pass the network together", Standard.Serving.MaxBatch);
    private static readonly Option<double> BatchDelay = Values.Real("--batch-delay", "How long a batch that is not full waits for more pictures", Standard.Serving.BatchDelay.TotalSeconds);
    private static readonly NumberOrWord<int> Threads = Values.WholeOr("auto", "--threads", "Threads that compute one batch; auto: the cores, at most 4");
    private static readonly NumberOrWord<int> DecodeConcurrency = Values.WholeOr("auto", "--decode-concurrency", "Pictures that are decoded side by side; auto: the cores");

    private static readonly Option<string> Host = new("--host") { Description = "IP address to listen on; 0.0.0.0 for all of the machine's, which needs --api-key-file or --no-auth", HelpName = "ADDRESS", DefaultValueFactory = _ => Standard.Http.Host };
    private static readonly Option<int> HttpPort = Values.Whole("--http-port", "Port of REST; 0 takes any free one", Standard.Http.HttpPort);
    private static readonly NumberOrWord<int> GrpcPort = Values.WholeOr("auto", "--grpc-port", "Port of gRPC; auto: 8001, with TLS REST's, which then answers both; 0 takes any free one");
    private static readonly Option<bool> GrpcReflection = new("--grpc-reflection") { Description = "Let gRPC tell its services and messages, which grpcurl asks for" };
    private static readonly Option<int> MetricsPort = Values.Whole("--metrics-port", "Port of /metrics, for Prometheus, without a key; 0 takes any free one", Standard.Http.MetricsPort);
    private static readonly Option<string?> ApiKeyFile = Values.Path("--api-key-file", "Keys of those who may ask, lines NAME:KEY; read again within seconds of a change", "FILE");
    private static readonly Option<string?> AdminKeyFile = Values.Path("--admin-key-file", "Keys of those who may list, load and unload models, in the same form", "FILE");
    private static readonly Option<bool> NoAuth = new("--no-auth") { Description = "Let everybody ask who reaches the port, from other machines too" };
    private static readonly Option<bool> NoPage = new("--no-page") { Description = "Leave off the page at /, on which people ask in a browser" };
    private static readonly Option<string?> TlsCertificate = Values.Path("--tls-certificate", "PEM file of a certificate and its chain: REST and gRPC speak TLS", "FILE");
    private static readonly Option<string?> TlsKey = Values.Path("--tls-key", "PEM file of the certificate's private key, where it stands elsewhere", "FILE");

    private static readonly Option<int> QueueLength = Values.Whole("--queue-length", "Pictures let in and not answered yet; further requests get status 429", Standard.Serving.QueueLength);
    private static readonly Option<double> RequestTimeout = Values.Real("--request-timeout", "How long a request may take until the network begins with it", Standard.Serving.RequestTimeout.TotalSeconds);
    private static readonly Option<long> MaxBodyBytes = Values.Long("--max-body-bytes", "Bytes of a request's body", Standard.Serving.MaxBodyBytes);
    private static readonly Option<long> MaxPixels = Values.Long("--max-pixels", "Width x height of a picture, read from its header", Standard.Serving.MaxPixels);
    private static readonly Option<int> MaxPictures = Values.Whole("--max-pictures", "Pictures of a request", Standard.Serving.MaxPictures);
    private static readonly Option<int> MaxConnections = Values.Whole("--max-connections", "Connections at a time; further ones are closed", Standard.Http.MaxConnections);
    private static readonly Option<double> HeaderTimeout = Values.Real("--header-timeout", "How long a caller may take to send the head of a request", Standard.Http.HeaderTimeout.TotalSeconds);
    private static readonly NumberOrWord<int> RateLimit = Values.WholeOr("none", "--rate-limit", "Requests a second of one key, or of one address where there are no keys");
    private static readonly Option<double> DrainTimeout = Values.Real("--drain-timeout", "How long accepted requests may take to end after Ctrl-C or SIGTERM", Standard.Http.DrainTimeout.TotalSeconds);

    private static readonly Option<string> Level = Values.Choice("--log-level", "Least level of the log on standard error, a JSON object a line; a request is information", "information", Levels);
    private static readonly Option<string?> OtlpEndpoint = new("--otlp-endpoint") { Description = "Collector to send OpenTelemetry traces to, over HTTP, such as http://127.0.0.1:4318", HelpName = "URL" };
    private static readonly Option<bool> Json = new("--json") { Description = "Addresses and models as one JSON object on standard output" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("serve", "Answer requests by REST and gRPC: pictures in, classes out.")
        {
            Models, Folder, MaxBatch, BatchDelay, Threads, DecodeConcurrency, Host, HttpPort, GrpcPort, GrpcReflection, MetricsPort, ApiKeyFile, AdminKeyFile, NoAuth, NoPage, TlsCertificate, TlsKey,
            QueueLength, RequestTimeout, MaxBodyBytes, MaxPixels, MaxPictures, MaxConnections, HeaderTimeout, RateLimit, DrainTimeout, Level, OtlpEndpoint, Json,
        };
        HelpWithExamples.Add(command,
            "serve model.onnx                                            # then: curl -F image=@photo.jpg localhost:8000/v1/classify, or a browser at localhost:8000",
            "serve cats.onnx dogs.onnx --http-port 0 --grpc-port 0       # two models, any free ports",
            "serve --model-repository models --admin-key-file admin.txt",
            "serve model.onnx --host 0.0.0.0 --api-key-file keys.txt --tls-certificate cert.pem --tls-key key.pem",
            "export checkpoints/best_model.pth --output model.onnx       # makes the file");
        command.SetAction(result => Run(result, terminal));
        return command;
    }

    private static int Run(ParseResult result, Terminal terminal)
    {
        var (files, folder) = (result.GetValue(Models)!, result.GetValue(Folder));
        var faults = new List<string>();
        if (files.Length == 0 && folder is null) faults.Add("no model is named, expected .onnx files or --model-repository DIR");
        if (files.FirstOrDefault(file => !Path.GetExtension(file).Equals(".onnx", StringComparison.OrdinalIgnoreCase)) is { } other)
            faults.Add($"{other} is no .onnx file; justalexnet export {other} --output {Path.GetFileNameWithoutExtension(other)}.onnx makes one of a checkpoint");
        var (serving, http) = (ServingOf(result, faults), HttpOf(result, faults));
        faults.AddRange(serving.Faults());
        faults.AddRange(http.Faults());
        if (faults.Count > 0) return LineFaults.Refuse(result, terminal, faults.Select(fault => fault.TrimEnd('.')));
        using var stop = new StopSignal();
        try
        {
            return RunAsync(files, folder, serving, http, result.GetValue(Json), terminal, stop.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return ExitCode.Done;       // asked to end while models were loaded: nothing was accepted
        }
    }

    private static async Task<int> RunAsync(string[] files, string? folder, ServingOptions serving, HttpOptions http, bool json, Terminal terminal, CancellationToken stop)
    {
        await using var host = await ServingHost.StartAsync(files, folder, serving, http, stop: stop);
        if (json) WriteJson(host, terminal);
        else WriteText(host, terminal);
        terminal.Out.Flush();
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Register(signal.SetResult)) await signal.Task;
        if (!await host.StopAsync()) terminal.Warn($"requests were cut off: they were not done within `drain_timeout` {http.DrainTimeout.TotalSeconds:0.###} seconds");
        return ExitCode.Done;
    }

    private static void WriteText(ServingHost host, Terminal terminal)
    {
        foreach (var model in host.Models.Index()) terminal.Out.WriteLine(terminal.Broken($"model    {model.Name}, version {model.Version}{(model.State == ModelState.Ready ? "" : $", {model.StateName}: {model.Reason}")}"));
        terminal.Out.WriteLine($"rest     {host.Address}");
        terminal.Out.WriteLine($"grpc     {host.GrpcAddress}");
        terminal.Out.WriteLine($"metrics  {host.MetricsAddress}");
    }

    private static void WriteJson(ServingHost host, Terminal terminal) => terminal.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["rest"] = host.Address,
        ["http_port"] = host.Address.Port,
        ["grpc"] = host.GrpcAddress,
        ["grpc_port"] = host.GrpcAddress.Port,
        ["metrics"] = host.MetricsAddress,
        ["metrics_port"] = host.MetricsAddress.Port,
        ["models"] = host.Models.Index().Select(model => new Dictionary<string, object> { ["name"] = model.Name, ["version"] = model.Version, ["state"] = model.StateName, ["reason"] = model.Reason }),
    }, Readable));

    private static ServingOptions ServingOf(ParseResult result, List<string> faults)
    {
        var standard = Standard.Serving;
        return new()
        {
            MaxBatch = result.GetValue(MaxBatch), BatchDelay = Seconds(result, BatchDelay, faults), QueueLength = result.GetValue(QueueLength), RequestTimeout = Seconds(result, RequestTimeout, faults),
            MaxPixels = result.GetValue(MaxPixels), MaxPictures = result.GetValue(MaxPictures), MaxBodyBytes = result.GetValue(MaxBodyBytes),
            DecodeConcurrency = DecodeConcurrency.Of(result) ?? standard.DecodeConcurrency, Threads = Threads.Of(result) ?? standard.Threads,
        };
    }

    private static HttpOptions HttpOf(ParseResult result, List<string> faults) => new()
    {
        Host = result.GetValue(Host)!, HttpPort = result.GetValue(HttpPort), GrpcPort = GrpcPort.Of(result), GrpcReflection = result.GetValue(GrpcReflection), MetricsPort = result.GetValue(MetricsPort), ApiKeyFile = result.GetValue(ApiKeyFile), AdminKeyFile = result.GetValue(AdminKeyFile),
        NoAuth = result.GetValue(NoAuth), NoPage = result.GetValue(NoPage), TlsCertificate = result.GetValue(TlsCertificate), TlsKey = result.GetValue(TlsKey), MaxConnections = result.GetValue(MaxConnections),
        HeaderTimeout = Seconds(result, HeaderTimeout, faults), DrainTimeout = Seconds(result, DrainTimeout, faults), RateLimit = RateLimit.Of(result), LogLevel = Enum.Parse<LogLevel>(result.GetValue(Level)!, ignoreCase: true),
        OtlpEndpoint = result.GetValue(OtlpEndpoint) is { } collector ? new(collector, UriKind.RelativeOrAbsolute) : null,
    };

    // A time that no TimeSpan holds is said here; what is allowed, where it is used.
    private static TimeSpan Seconds(ParseResult result, Option<double> option, List<string> faults)
    {
        const double longest = 1e8;
        var seconds = result.GetValue(option);
        if (seconds is >= -longest and <= longest) return TimeSpan.FromSeconds(seconds);
        faults.Add(FormattableString.Invariant($"{option.Name} is {seconds}, expected seconds"));
        return TimeSpan.FromSeconds((double)option.GetDefaultValue()!);
    }
}
