using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace JustAlexNet.Serving.Http;

/// <summary>Puts models into an ASP.NET Core service: <c>builder.Services.AddJustAlexNet("model.onnx")</c>, then <c>app.MapJustAlexNet()</c>.</summary>
/// <remarks>
/// The service's own code asks the models by an injected <see cref="ModelRepository"/>. Keys, connections, TLS and the log are the service's; the bounds of <see cref="ServingOptions"/> hold within the endpoints.
/// </remarks>
public static class ServingEndpoints
{
    /// <summary>Adds the models of .onnx files as a <see cref="ModelRepository"/>, one for all, freed with the service.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="file">The .onnx file.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>They are opened and warmed up where they are first asked for: <see cref="MapJustAlexNet"/> does so, and what it throws ends the start.</remarks>
    public static IServiceCollection AddJustAlexNet(this IServiceCollection services, string file, ServingOptions? options = null) => services.AddJustAlexNet([file], directory: null, options);

    /// <summary>The same for several files and a folder of <c>name/version/model.onnx</c>.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="files">May be empty with a folder.</param>
    /// <param name="directory">Null: none.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddJustAlexNet(this IServiceCollection services, IReadOnlyList<string> files, string? directory = null, ServingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(files);
        services.AddEndpoints();
        return services.AddSingleton(given => ModelRepository.OpenAsync(files, directory, options ?? new(), given.GetRequiredService<TimeProvider>()).GetAwaiter().GetResult());
    }

    /// <summary>Maps classification, the preprocessed picture, the Open Inference Protocol and <c>/openapi.json</c>; models are not loaded and unloaded by requests.</summary>
    /// <param name="routes">The service, or a group of its routes.</param>
    /// <returns>What is mapped, for a policy of the service's: <c>app.MapJustAlexNet().RequireAuthorization()</c>.</returns>
    public static IEndpointConventionBuilder MapJustAlexNet(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var services = routes.ServiceProvider;
        var (answering, models) = (services.GetRequiredService<Answering>(), services.GetRequiredService<ModelRepository>());
        var (about, asked) = (new ModelEndpoints(models), new InferenceEndpoints(models, services.GetRequiredService<JsonTurns>(), services.GetRequiredService<TimeProvider>()));
        var all = routes.MapGroup("");
        Map("POST", "/v1/classify", asked.ClassifyAsync);
        Map("POST", "/v1/preprocessed", asked.PreprocessedAsync);
        Map("GET", "/v2", ModelEndpoints.ServerAsync);
        Map("GET", "/v2/health/live", ModelEndpoints.LiveAsync, Access.Open);
        Map("GET", "/v2/health/ready", about.ReadyAsync, Access.Open);
        Map("GET", "/v2/models", about.NamesAsync);
        Map("GET", "/v2/models/stats", about.StatisticsAsync);
        Map("GET", "/openapi.json", ModelEndpoints.DescriptionAsync, Access.Open);
        foreach (var model in (string[])["/v2/models/{model}", "/v2/models/{model}/versions/{version}"])
        {
            Map("GET", model, about.ModelAsync);
            Map("GET", $"{model}/ready", about.ModelReadyAsync, Access.Open);
            Map("GET", $"{model}/config", about.ConfigurationAsync);
            Map("GET", $"{model}/stats", about.StatisticsAsync);
            Map("POST", $"{model}/infer", asked.InferAsync);
        }
        return all;

        void Map(string method, string pattern, RequestDelegate handler, Access access = Access.Caller) => all.MapMethods(pattern, [method], context => answering.RunAsync(context, handler)).WithMetadata(new AccessRule(access));
    }

    /// <summary>Maps the model repository extension, for administrators.</summary>
    internal static void MapRepository(this IEndpointRouteBuilder routes)
    {
        var repository = new RepositoryEndpoints(routes.ServiceProvider.GetRequiredService<ModelRepository>());
        var rule = new AccessRule(Access.Administrator);
        routes.MapPost("/v2/repository/index", repository.IndexAsync).WithMetadata(rule);
        routes.MapPost("/v2/repository/models/{model}/load", repository.LoadAsync).WithMetadata(rule);
        routes.MapPost("/v2/repository/models/{model}/unload", repository.UnloadAsync).WithMetadata(rule);
    }

    /// <summary>Adds what the endpoints need besides the models.</summary>
    internal static void AddEndpoints(this IServiceCollection services)
    {
        services.AddRouting();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Answering>();
        services.TryAddSingleton<JsonTurns>();
    }

    /// <summary>Whom an endpoint answers.</summary>
    internal sealed record AccessRule(Access Access);
}
