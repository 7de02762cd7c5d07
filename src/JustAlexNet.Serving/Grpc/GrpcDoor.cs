using Grpc.AspNetCore.Server;
using JustAlexNet.Serving.Grpc.Protocol;
using JustAlexNet.Serving.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace JustAlexNet.Serving.Grpc;

/// <summary>Puts gRPC into a server: the Open Inference Protocol, <c>grpc.health.v1</c>, and reflection where it is asked for.</summary>
internal static class GrpcDoor
{
    private static readonly TimeSpan HealthPeriod = TimeSpan.FromSeconds(1);

    /// <summary>Adds what the calls need besides the models.</summary>
    public static void Add(IServiceCollection services, ServingOptions serving, bool reflection)
    {
        services.AddSingleton<GrpcCalls>();
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = (int)serving.MaxBodyBytes;
            grpc.IgnoreUnknownServices = true;      // its own answer to them would take every address of two parts from REST
            grpc.Interceptors.Add<GrpcCalls>();
        });
        services.AddGrpcHealthChecks(health => health.Services.Map(GRPCInferenceService.Descriptor.FullName, _ => true))
            .AddCheck<Readiness>("models");
        services.Configure<HealthCheckPublisherOptions>(publisher => (publisher.Delay, publisher.Period) = (TimeSpan.Zero, HealthPeriod));      // for those who watch
        if (reflection) services.AddGrpcReflection();
    }

    /// <summary>Maps the services.</summary>
    public static void Map(WebApplication app, bool reflection)
    {
        app.MapGrpcService<GrpcService>().Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault() is { } called) endpoint.Metadata.Add(new ServingEndpoints.AccessRule(GrpcService.AccessOf(called.Method.Name)));
        });
        app.MapGrpcHealthChecksService();
        if (reflection) app.MapGrpcReflectionService().WithMetadata(new ServingEndpoints.AccessRule(Access.Caller));
    }

    private sealed class Readiness(ModelRepository models) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(models.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }
}
