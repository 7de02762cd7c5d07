using Grpc.Core;
using JustAlexNet.Serving.Grpc.Protocol;
using JustAlexNet.Serving.Http;

namespace JustAlexNet.Serving.Grpc;

/// <summary>The Open Inference Protocol by gRPC. What is asked and refused is as by REST; who may ask what says <see cref="AccessOf"/>.</summary>
internal sealed class GrpcService(ModelRepository models, TimeProvider clock) : GRPCInferenceService.GRPCInferenceServiceBase
{
    /// <summary>Whom a method answers: the same as the address of REST that does the same.</summary>
    public static Access AccessOf(string method) => method switch
    {
        nameof(ServerLive) or nameof(ServerReady) or nameof(ModelReady) => Access.Open,
        nameof(RepositoryIndex) or nameof(RepositoryModelLoad) or nameof(RepositoryModelUnload) => Access.Administrator,
        _ => Access.Caller,
    };

    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) => Task.FromResult(new ServerLiveResponse { Live = true });

    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) => Task.FromResult(new ServerReadyResponse { Ready = models.IsReady });

    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context)
    {
        try
        {
            using var lease = ModelEndpoints.LeaseForAnybody(models, request.Name, request.Version);
            return Task.FromResult(new ModelReadyResponse { Ready = models.IsReady });
        }
        catch (ServingException e) when (e.Fault == ServingFault.Unavailable)
        {
            return Task.FromResult(new ModelReadyResponse { Ready = false });       // the question has an answer
        }
    }

    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerMetadataResponse { Name = "justalexnet", Version = ModelEndpoints.Release, Extensions = { ModelEndpoints.Extensions } });

    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
    {
        using var lease = models.Lease(request.Name, request.Version);
        var (model, input) = (lease.Model, TensorInput.Of(lease.Model));
        Answering.Note(context.GetHttpContext(), model);
        return Task.FromResult(new ModelMetadataResponse
        {
            Name = model.Name,
            Versions = { ModelEndpoints.Versions(models, model) },
            Platform = model.Platform,
            Inputs = { new ModelMetadataResponse.Types.TensorMetadata { Name = input.Name, Datatype = input.Datatype, Shape = { input.Shape.Select(side => (long)side).Prepend(-1) } } },
            Outputs = { new ModelMetadataResponse.Types.TensorMetadata { Name = model.OutputName, Datatype = "FP32", Shape = { -1, model.Classes.Count } } },
            Properties = { ModelEndpoints.Properties(model).ToDictionary() },
        });
    }

    public override async Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        using var lease = models.Lease(request.ModelName, request.ModelVersion);
        Answering.Note(http, lease.Model);
        using var memory = new RequestMemory();
        var read = GrpcInfer.Read(request, memory, TensorInput.Of(lease.Model), lease.Model.OutputName, models.Options.MaxPictures);
        var shorter = read.Timeout is { } timeout ? clock.GetUtcNow().UtcDateTime + timeout : DateTime.MaxValue;
        var logits = await read.AskAsync(lease.Model, http.Features.Get<Admission>()!, shorter < context.Deadline ? shorter : context.Deadline, http.RequestAborted);
        Tracing.Note(logits);
        return GrpcInfer.Answer(read, lease.Model, logits);
    }

    public override Task<ModelConfigResponse> ModelConfig(ModelConfigRequest request, ServerCallContext context)
    {
        using var lease = models.Lease(request.Name, request.Version);
        var (model, input) = (lease.Model, TensorInput.Of(lease.Model));
        return Task.FromResult(new ModelConfigResponse
        {
            Config = new()
            {
                Name = model.Name, Platform = model.Platform, Backend = "onnxruntime", MaxBatchSize = models.Options.MaxBatch,
                Input = { new ModelInput { Name = input.Name, DataType = model.TakesPixels ? DataType.TypeUint8 : DataType.TypeFp32, Dims = { input.Shape.Select(side => (long)side) } } },
                Output = { new ModelOutput { Name = model.OutputName, DataType = DataType.TypeFp32, Dims = { model.Classes.Count } } },
                DynamicBatching = new() { MaxQueueDelayMicroseconds = (ulong)models.Options.BatchDelay.TotalMicroseconds },
            },
        });
    }

    public override Task<ModelStatisticsResponse> ModelStatistics(ModelStatisticsRequest request, ServerCallContext context) =>
        Task.FromResult(new ModelStatisticsResponse { ModelStats = { ModelEndpoints.Counts(models, NullIfEmpty(request.Name), NullIfEmpty(request.Version)).Select(Statistics) } });

    public override Task<RepositoryIndexResponse> RepositoryIndex(RepositoryIndexRequest request, ServerCallContext context)
    {
        RequireNoRepository(request.RepositoryName);
        return Task.FromResult(new RepositoryIndexResponse
        {
            Models = { models.Index().Where(model => !request.Ready || model.State == ModelState.Ready).Select(model => new RepositoryIndexResponse.Types.ModelIndex { Name = model.Name, Version = model.Version, State = model.StateName, Reason = model.Reason }) },
        });
    }

    // An order that was begun is not taken back when the caller leaves.
    public override async Task<RepositoryModelLoadResponse> RepositoryModelLoad(RepositoryModelLoadRequest request, ServerCallContext context)
    {
        RequireNoRepository(request.RepositoryName);
        RepositoryEndpoints.CheckParameters("load", request.Parameters.Keys);
        await models.LoadAsync(request.ModelName, CancellationToken.None);
        return new();
    }

    public override async Task<RepositoryModelUnloadResponse> RepositoryModelUnload(RepositoryModelUnloadRequest request, ServerCallContext context)
    {
        RequireNoRepository(request.RepositoryName);
        RepositoryEndpoints.CheckParameters("unload", request.Parameters.Keys);
        await models.UnloadAsync(request.ModelName, CancellationToken.None);
        return new();
    }

    private static ModelStatistics Statistics(ModelCount count) => new()
    {
        Name = count.Name, Version = count.Version, LastInference = (ulong)(count.LastInference?.ToUnixTimeMilliseconds() ?? 0), InferenceCount = (ulong)count.Inferences, ExecutionCount = (ulong)count.Executions,
        InferenceStats = new()
        {
            Success = Duration(count.Success, count.Request), Fail = Duration(count.Failures.Values.Sum(), TimeSpan.Zero), Queue = Duration(count.Success, count.Queue), ComputeInput = Duration(count.Success, count.ComputeInput),
            ComputeInfer = Duration(count.Success, count.ComputeInfer), ComputeOutput = Duration(count.Success, count.ComputeOutput), CacheHit = new(), CacheMiss = new(),
        },
    };

    private static StatisticDuration Duration(long times, TimeSpan time) => new() { Count = (ulong)times, Ns = (ulong)time.TotalNanoseconds };

    private static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;

    private static void RequireNoRepository(string name)
    {
        if (name.Length > 0) throw new RequestException(ServingFault.NotFound, "no_repository", "there is one repository here, and it has no name: expected an empty repository_name");
    }
}
