using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using JustAlexNet.Serving.Grpc.Protocol;
using JustAlexNet.Serving.Http.Tests;

namespace JustAlexNet.Serving.Grpc.Tests;

/// <summary>A gRPC client of a <see cref="TestServer"/>, and the requests of these tests.</summary>
internal sealed class Calls : IDisposable
{
    /// <summary>Numbers of one picture.</summary>
    public const int Numbers = 3 * TestServer.Side * TestServer.Side;

    /// <summary>Channels of 0.5, -1 and 2, then of 1, 0 and -3: the network's logits are these.</summary>
    public static readonly float[] Expected = [0.5f, -1, 2, 1, 0, -3];

    public static readonly float[] Tensor = [.. Enumerable.Range(0, 2 * Numbers).Select(i => Expected[i / (TestServer.Side * TestServer.Side)])];

    public Calls(Uri address, HttpMessageHandler? handler = null)
    {
        Channel = GrpcChannel.ForAddress(address, new() { HttpHandler = handler, MaxReceiveMessageSize = null });
        Client = new(Channel);
    }

    public GrpcChannel Channel { get; }

    public GRPCInferenceService.GRPCInferenceServiceClient Client { get; }

    public async Task<ModelInferResponse> InferAsync(ModelInferRequest request) => await Client.ModelInferAsync(request);

    /// <summary>A refusal, whose text is for people.</summary>
    public static async Task<RpcException> RefusedAsync(StatusCode status, string part, Func<Task> call)
    {
        var e = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(e.StatusCode == status, e.ToString());
        Assert.Contains(part, e.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)exception|   at |/tmp/|System\\.", e.Status.Detail);
        return e;
    }

    /// <summary>A request with an input of no contents.</summary>
    public static ModelInferRequest Request(string datatype, params long[] shape) => new() { ModelName = "small", Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "input", Datatype = datatype, Shape = { shape } } } };

    public static ModelInferRequest Floats(float[]? values = null)
    {
        var request = Request("FP32", 2, 3, TestServer.Side, TestServer.Side);
        request.Inputs[0].Contents = new() { Fp32Contents = { values ?? Tensor } };
        return request;
    }

    public static ModelInferRequest Pictures(params byte[][] pictures)
    {
        var request = Request("BYTES", pictures.Length);
        request.Inputs[0].Contents = new() { BytesContents = { pictures.Select(picture => ByteString.CopyFrom(picture)) } };
        return request;
    }

    public static ModelInferRequest Raw(ModelInferRequest request, params byte[][] raw)
    {
        request.RawInputContents.Add(raw.Select(bytes => ByteString.CopyFrom(bytes)));
        return request;
    }

    /// <summary>Each element behind its length.</summary>
    public static byte[] Framed(params byte[][] elements) => [.. elements.SelectMany(element => (byte[])[.. BitConverter.GetBytes(element.Length), .. element])];

    public void Dispose() => Channel.Dispose();
}
