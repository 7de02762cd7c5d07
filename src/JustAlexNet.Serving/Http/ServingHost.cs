using System.Net.Sockets;
using JustAlexNet.Serving.Grpc;
using JustAlexNet.Serving.Page;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace JustAlexNet.Serving.Http;

/// <summary>A server of its own: what <c>justalexnet serve</c> starts. It takes nothing from environment variables or from files that it was not told of.</summary>
public sealed class ServingHost : IAsyncDisposable
{
    private static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(60);

    private readonly WebApplication app;
    private readonly Gate gate;
    private readonly ILoggerFactory logs;
    private readonly HttpOptions options;
    private bool isDisposed;

    private ServingHost(ModelRepository models, WebApplication app, Gate gate, ILoggerFactory logs, HttpOptions options) 
    {
        (Models, this.app, this.gate, this.logs, this.options) = (models, app, gate, logs, options);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();     // in the order of Listen
        (Address, MetricsAddress) = (new(addresses[0]), new(new Uri(addresses[1]), "/metrics"));
        GrpcAddress = addresses.Count > 2 ? new(addresses[2]) : Address;
    }

    /// <summary>The models.</summary>
    public ModelRepository Models { get; }

    /// <summary>Where REST answers.</summary>
    public Uri Address { get; }

    /// <summary>Where gRPC answers: with TLS, <see cref="Address"/> unless a port was asked for.</summary>
    public Uri GrpcAddress { get; }

    /// <summary>Where the metrics stand.</summary>
    public Uri MetricsAddress { get; }

    /// <summary>The mapped endpoints.</summary>
    internal Microsoft.AspNetCore.Routing.EndpointDataSource Endpoints => app.Services.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>();

    /// <summary>Opens the models, warms them up, then listens.</summary>
    /// <param name="files">As of <see cref="ModelRepository"/>.OpenAsync.</param>
    /// <param name="directory">As there.</param>
    /// <param name="serving">Bounds of the models' work.</param>
    /// <param name="http">Where and whom to answer.</param>
    /// <param name="log">Adds where the log goes; null: standard error, a JSON object a line.</param>
    /// <param name="stop">Gives up the start.</param>
    /// <exception cref="ArgumentException">The options are at fault; all faults are named.</exception>
    /// <exception cref="ModelLoadException">Models cannot be opened; all are named.</exception>
    /// <exception cref="ServingSetupException">A port is taken, a key file or certificate cannot be used.</exception>
    public static async Task<ServingHost> StartAsync(IReadOnlyList<string> files, string? directory, ServingOptions serving, HttpOptions http, Action<ILoggingBuilder>? log = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(serving);
        ArgumentNullException.ThrowIfNull(http);
        if (http.Faults() is { Count: > 0 } faults) throw new ArgumentException(string.Join("  ", faults), nameof(http));
        var logs = LoggerFactory.Create(logging => Configure(logging, http.LogLevel, log));
        Gate? gate = null;
        ModelRepository? models = null;
        WebApplication? app = null;
        try
        {
            gate = new Gate(http, logs.CreateLogger("JustAlexNet.Serving"), TimeProvider.System);
            var tls = Tls.Of(http);
            models = await ModelRepository.OpenAsync(files, directory, serving, stop: stop);
            var said = logs.CreateLogger("JustAlexNet.Serving");
            models.Changed += (_, status) => Log(said, status);
            app = Build(models, gate, logs, serving, http, tls);
            await app.StartAsync(stop);
            return new(models, app, gate, logs, http);
        }
        catch (Exception e)
        {
            if (app is not null) await app.DisposeAsync();
            if (models is not null) await models.DisposeAsync();
            gate?.Dispose();
            logs.Dispose();
            if (e is IOException or SocketException) throw CannotListen(e, http);
            throw;
        }
    }

    /// <summary>Ends: not ready at once, then every request that was let in is answered, then all is freed. Within <see cref="HttpOptions.DrainTimeout"/>; what is not done by then is cut off.</summary>
    /// <returns>Whether all were answered.</returns>
    public async Task<bool> StopAsync()
    {
        if (isDisposed) return true;
        var (clock, limit) = (TimeProvider.System, options.DrainTimeout);
        var begin = clock.GetTimestamp();
        var isDrained = await Models.DrainAsync(limit);
        var left = limit - clock.GetElapsedTime(begin);
        using (var over = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero)) await app.StopAsync(over.Token);
        if (!isDrained) logs.CreateLogger("JustAlexNet.Serving").LogWarning("Requests were cut off: they were not done within {Seconds} seconds", limit.TotalSeconds);
        await DisposeAsync();
        return isDrained;
    }

    /// <summary>Ends at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed) return;
        isDisposed = true;
        await app.DisposeAsync();
        await Models.DisposeAsync();
        gate.Dispose();
        logs.Dispose();
    }

    private static WebApplication Build(ModelRepository models, Gate gate, ILoggerFactory logs, ServingOptions serving, HttpOptions http, Microsoft.AspNetCore.Server.Kestrel.Https.HttpsConnectionAdapterOptions? tls)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "justalexnet", ContentRootPath = AppContext.BaseDirectory, EnvironmentName = "Production" });
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
        builder.Services.AddSingleton(models);
        builder.Services.AddEndpoints();
        GrpcDoor.Add(builder.Services, serving, http.GrpcReflection);
        Tracing.Add(builder.Services, http.OtlpEndpoint);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);       // StopAsync has its own
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, serving, http, tls));
        var app = builder.Build();
        var answering = app.Services.GetRequiredService<Answering>();
        var (metrics, calls) = (new MetricsPage(models), app.Services.GetRequiredService<GrpcCalls>());
        app.Use(next => context => answering.RunAsync(context, next));
        app.Use(next => context => context.Features.Get<MetricsDoor>() is null ? next(context) : Metrics(context, metrics));
        app.UseRouting();
        app.Use(next => context =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<ServingEndpoints.AccessRule>() is { } rule) gate.Check(context, rule.Access);
            return next(context);
        });
        app.Use(next => context => calls.RunAsync(context, next));
        app.MapJustAlexNet();
        app.MapRepository();
        GrpcDoor.Map(app, http.GrpcReflection);
        if (!http.NoPage) app.MapPage();
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, ServingOptions serving, HttpOptions http, Microsoft.AspNetCore.Server.Kestrel.Https.HttpsConnectionAdapterOptions? tls)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = http.MaxConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
        kestrel.Limits.RequestHeadersTimeout = http.HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = IdleConnection;
        // Bodies are bounded where they are read. Behind a refusal up to so much is let through unread, for five seconds at most: a caller who still sends hears the refusal instead of a broken pipe.
        kestrel.Limits.MaxRequestBodySize = serving.MaxBodyBytes * 4;
        kestrel.Listen(http.Address!, http.HttpPort, listen =>
        {
            listen.Protocols = tls is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
            if (tls is not null) listen.UseHttps(tls);
        });
        kestrel.Listen(http.Address!, http.MetricsPort, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection =>
            {
                connection.Features.Set(new MetricsDoor());
                return next(connection);
            });
        });
        if (http.OwnGrpcPort is not { } port) return;
        kestrel.Listen(http.Address!, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (tls is not null) listen.UseHttps(tls);
        });
    }

    private static void Configure(ILoggingBuilder logging, LogLevel least, Action<ILoggingBuilder>? log)
    {
        logging.SetMinimumLevel(least).AddFilter("Microsoft", least > LogLevel.Warning ? least : LogLevel.Warning).AddFilter("Grpc", LogLevel.None).AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);      // what hinders the start is thrown
        if (log is not null)
        {
            log(logging);
            return;
        }
        logging.AddJsonConsole(console => (console.TimestampFormat, console.UseUtcTimestamp) = ("yyyy-MM-ddTHH:mm:ss.fffZ", true));
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void Log(ILogger log, ModelStatus status)
    {
        var level = status.IsRefused ? LogLevel.Warning : LogLevel.Information;
        if (log.IsEnabled(level)) log.Log(level, "Model {Model}, version {Version}: {State}. {Reason}", status.Name, status.Version, status.StateName, status.Reason);
    }

    private static Task Metrics(HttpContext context, MetricsPage page)
    {
        if (context.Request.Path != "/metrics") throw new RequestException(ServingFault.NotFound, "no_address", "there is nothing at this address; the metrics are at /metrics");
        return HttpMethods.IsGet(context.Request.Method) ? page.SendAsync(context) : throw new RequestException(ServingFault.BadInput, "method", "expected GET") { Status = StatusCodes.Status405MethodNotAllowed };
    }

    private static ServingSetupException CannotListen(Exception e, HttpOptions http)
    {
        var port = e.Message.Contains($":{http.MetricsPort}", StringComparison.Ordinal) ? $"`metrics_port` {http.MetricsPort}"
            : http.OwnGrpcPort is { } own && e.Message.Contains($":{own}", StringComparison.Ordinal) ? $"`grpc_port` {own}" : $"`http_port` {http.HttpPort}";
        var reason = e is SocketException { SocketErrorCode: SocketError.AccessDenied } || e.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied } ? "this user may not listen there"
            : e is SocketException { SocketErrorCode: SocketError.AddressNotAvailable } || e.InnerException is SocketException { SocketErrorCode: SocketError.AddressNotAvailable } ? "this machine has no such address"
            : e.InnerException is AddressInUseException ? "another program listens there"
            : "the system refuses it";
        return new($"cannot listen on `host` {http.Host}, {port}: {reason}.\nTake another one; 0 is any free port.", e);
    }

    /// <summary>Marks connections that came by the port of the metrics.</summary>
    private sealed class MetricsDoor;

    /// <summary>Signals are the program's that started the server.</summary>
    private sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
