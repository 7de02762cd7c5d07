using System.Net;
using Microsoft.Extensions.Logging;

namespace JustAlexNet.Serving.Http;

/// <summary>Where a server listens, whom it lets in, and what bounds its connections. Immutable.</summary>
public sealed record HttpOptions
{
    private const int StandardGrpcPort = 8001;

    /// <summary>The address to listen on: an IP address (<c>0.0.0.0</c> and <c>::</c> are all of the machine's), or <c>localhost</c>. Default 127.0.0.1: this machine only.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port of REST, 0 to 65535; 0 takes any free one. Default 8000.</summary>
    public int HttpPort { get; init; } = 8000;

    /// <summary>
    /// Port of gRPC, 0 to 65535; 0 takes any free one. Null (default): without TLS 8001, for HTTP/2 without TLS needs a port of its own; with TLS the port of REST answers gRPC too, and no other one is opened.
    /// A number opens that port with and without TLS.
    /// </summary>
    public int? GrpcPort { get; init; }

    /// <summary>Whether gRPC tells callers its services and messages (server reflection), which tools such as grpcurl ask for; behind the same keys. Default false.</summary>
    public bool GrpcReflection { get; init; }

    /// <summary>Port of <c>/metrics</c>, 0 to 65535; 0 takes any free one. It asks for no key. Default 8002.</summary>
    public int MetricsPort { get; init; } = 8002;

    /// <summary>Connections at a time of each port, 1 or more; further ones are closed at once. Default 256.</summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>How long a caller may take to send the head of a request, and how long TLS may take to agree; more than 0. Default 10 s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long accepted requests may take to end when the server stops; 0 or more. Default 30 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests a second that one key may make (an address where there are no keys), so many at once too; 1 or more. Null (default): as many as the queue takes.</summary>
    public int? RateLimit { get; init; }

    /// <summary>File of the keys that callers show, lines <c>name:key</c>, read again within seconds of a change. Null: none.</summary>
    public string? ApiKeyFile { get; init; }

    /// <summary>File of the keys that may list, load and unload models, in the same form. Null: nobody may.</summary>
    public string? AdminKeyFile { get; init; }

    /// <summary>Whether everybody who reaches the port may ask, beyond this machine too. Default false.</summary>
    public bool NoAuth { get; init; }

    /// <summary>Whether the page at <c>/</c> is left off, on which people ask the models in a browser. Default false.</summary>
    public bool NoPage { get; init; }

    /// <summary>PEM file of the certificate, its chain behind it; REST and gRPC speak TLS then. Null: cleartext.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>PEM file of the certificate's private key. Null: it stands in <see cref="TlsCertificate"/>.</summary>
    public string? TlsKey { get; init; }

    /// <summary>The least level that is logged. Default information: a line a request.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Where traces are sent, by the OpenTelemetry protocol over HTTP: the collector's address, such as <c>http://127.0.0.1:4318</c>. Null (default): none are made.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>The address that <see cref="Host"/> means; null where it is none.</summary>
    internal IPAddress? Address => Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(Host, out var address) ? address : null;

    /// <summary>The port that only gRPC has; null: REST's, which speaks TLS, answers it.</summary>
    internal int? OwnGrpcPort => GrpcPort ?? (TlsCertificate is null ? StandardGrpcPort : null);

    /// <summary>What is wrong with the values, a sentence each, settings in backquotes; empty where all is well.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Address is null) faults.Add($"`host` is '{Host}', expected an IP address such as 127.0.0.1 or 0.0.0.0, or localhost.");
        if (HttpPort is < 0 or > 65535) faults.Add($"`http_port` is {HttpPort}, expected 0 to 65535.");
        if (GrpcPort is < 0 or > 65535) faults.Add($"`grpc_port` is {GrpcPort}, expected 0 to 65535.");
        if (MetricsPort is < 0 or > 65535) faults.Add($"`metrics_port` is {MetricsPort}, expected 0 to 65535.");
        if (HttpPort == MetricsPort && HttpPort != 0) faults.Add($"`http_port` and `metrics_port` are both {HttpPort}, expected two ports.");
        if (OwnGrpcPort == HttpPort && HttpPort != 0) faults.Add($"`http_port` and `grpc_port` are both {HttpPort}, expected two ports.");
        if (OwnGrpcPort == MetricsPort && MetricsPort != 0) faults.Add($"`grpc_port` and `metrics_port` are both {MetricsPort}, expected two ports.");
        if (MaxConnections < 1) faults.Add($"`max_connections` is {MaxConnections}, expected 1 or more.");
        if (RateLimit < 1) faults.Add($"`rate_limit` is {RateLimit}, expected 1 or more.");
        if (HeaderTimeout <= TimeSpan.Zero || HeaderTimeout > TimeSpan.FromHours(1)) faults.Add(FormattableString.Invariant($"`header_timeout` is {HeaderTimeout.TotalSeconds} seconds, expected more than 0 and no more than 3600"));
        if (DrainTimeout < TimeSpan.Zero || DrainTimeout > TimeSpan.FromHours(1)) faults.Add(FormattableString.Invariant($"`drain_timeout` is {DrainTimeout.TotalSeconds} seconds, expected 0 to 3600"));
        if (OtlpEndpoint is { } collector && !(collector.IsAbsoluteUri && collector.Scheme is "http" or "https")) faults.Add($"`otlp_endpoint` is '{collector}', expected a collector's address such as http://127.0.0.1:4318.");
        if (NoAuth && ApiKeyFile is not null) faults.Add("`no_auth` and `api_key_file` contradict each other.");
        if (TlsKey is not null && TlsCertificate is null) faults.Add("`tls_key` belongs to `tls_certificate`, which is missing.");
        if (Address is { } address && !IPAddress.IsLoopback(address) && ApiKeyFile is null && !NoAuth)
            faults.Add($"`host` {Host} lets other machines in, and nothing says who may ask: give `api_key_file`, or `no_auth` if everybody may.");
        return faults;
    }
}
