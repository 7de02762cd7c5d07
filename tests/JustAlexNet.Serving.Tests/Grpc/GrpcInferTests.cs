using System.Runtime.InteropServices;
using System.Text;
using Grpc.Core;
using JustAlexNet.Inference;
using JustAlexNet.Serving.Grpc.Protocol;
using JustAlexNet.Serving.Http.Tests;

namespace JustAlexNet.Serving.Grpc.Tests;

public sealed class GrpcInferTests : IAsyncLifetime
{
    private TestServer server = null!;
    private Calls calls = null!;

    public async ValueTask InitializeAsync()
    {
        server = await TestServer.StartAsync(serving: new() { MaxPictures = 4 });
        calls = new(server.Host.GrpcAddress);
    }

    public ValueTask DisposeAsync()
    {
        calls.Dispose();
        return server.DisposeAsync();
    }

    [Fact]
    public async Task Numbers_in_contents_are_answered_in_contents_and_raw_ones_raw()
    {
        var request = Calls.Floats();
        request.Id = "a1";
        var answer = await calls.InferAsync(request);
        Assert.Equal(("small", "1", "a1"), (answer.ModelName, answer.ModelVersion, answer.Id));
        var output = Assert.Single(answer.Outputs);
        Assert.Equal(("features", "FP32"), (output.Name, output.Datatype));
        Assert.Equal([2, 3], output.Shape);
        Assert.Equal(Calls.Expected, output.Contents.Fp32Contents);
        Assert.Empty(answer.RawOutputContents);
        var raw = await calls.InferAsync(Calls.Raw(Calls.Request("FP32", 2, 3, 16, 16), MemoryMarshal.AsBytes(Calls.Tensor.AsSpan()).ToArray()));
        Assert.Null(raw.Outputs[0].Contents);
        Assert.Equal(Calls.Expected, Floats(raw));
    }

    [Fact]
    public async Task Form_of_the_output_is_the_callers_choice()
    {
        var request = Calls.Floats();
        request.Parameters["binary_data_output"] = new() { BoolParam = true };
        Assert.Equal(Calls.Expected, Floats(await calls.InferAsync(request)));
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "features", Parameters = { ["binary_data"] = new() { BoolParam = false } } });
        Assert.Equal(Calls.Expected, (await calls.InferAsync(request)).Outputs[0].Contents.Fp32Contents);
    }

    [Fact]
    public async Task Pictures_give_the_bits_that_REST_and_the_predictor_give()
    {
        byte[] first = File.ReadAllBytes(TestServer.Photos[0]), second = File.ReadAllBytes(TestServer.Png);
        var contents = (await calls.InferAsync(Calls.Pictures(first, second))).Outputs[0].Contents.Fp32Contents.ToArray();
        Assert.Equal(contents, Floats(await calls.InferAsync(Calls.Raw(Calls.Request("BYTES", 2), Calls.Framed(first, second)))));
        var rest = await server.PostJsonAsync("/v2/models/small/infer",
            $"{{\"inputs\":[{{\"name\":\"input\",\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\"{Convert.ToBase64String(first)}\",\"{Convert.ToBase64String(second)}\"]}}]}}");
        Assert.Equal(rest.Json.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(value => value.GetSingle()), contents);
        using var predictor = Predictor.Open(server.File);
        foreach (var photo in TestServer.Photos.Take(4).Append(TestServer.Png))
        {
            var alone = (await calls.InferAsync(Calls.Pictures(File.ReadAllBytes(photo)))).Outputs[0].Contents.Fp32Contents.ToArray();
            var best = ClassProbability.Best(alone, new(TestServer.Classes), 3);
            Assert.Equal(predictor.Predict(photo, new() { TopK = 3 }).Predictions.Select(p => (p.Class, p.Probability)), best.Select(p => (p.Class, p.Probability)));
        }
    }

    [Fact]
    public async Task Classification_extension_names_the_best_classes()
    {
        string[] expected = ["2:2:蓝", "0.5:0:red", "1:0:red", "0:1:green"];
        var request = Calls.Floats();
        request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "features", Parameters = { ["classification"] = new() { Int64Param = 2 } } });
        var output = (await calls.InferAsync(request)).Outputs[0];
        Assert.Equal("BYTES", output.Datatype);
        Assert.Equal([2, 2], output.Shape);
        Assert.Equal(expected, output.Contents.BytesContents.Select(text => text.ToStringUtf8()));
        request.Outputs[0].Parameters["binary_data"] = new() { BoolParam = true };
        Assert.Equal(Calls.Framed([.. expected.Select(Encoding.UTF8.GetBytes)]), (await calls.InferAsync(request)).RawOutputContents[0].ToByteArray());
    }

    [Fact]
    public async Task No_name_is_the_first_model_and_headers_say_version_file_and_request()
    {
        var request = Calls.Floats();
        request.ModelName = "";
        using var call = calls.Client.ModelInferAsync(request, new Metadata { { "x-request-id", "mine-1" } });
        Assert.Equal("small", (await call).ModelName);
        var headers = await call.ResponseHeadersAsync;
        Assert.Equal("1", headers.GetValue("x-model-version"));
        Assert.Matches("^[0-9a-f]{64}$", headers.GetValue("x-model-sha256"));
        Assert.Equal("mine-1", call.GetTrailers().GetValue("x-request-id"));
        var refused = await Calls.RefusedAsync(StatusCode.NotFound, "no model", async () => await calls.Client.ModelInferAsync(new() { ModelName = "large" }, new Metadata { { "x-request-id", "mine-2" } }));
        Assert.Equal("mine-2", Assert.Single(refused.Trailers, entry => entry.Key == "x-request-id").Value);
        Assert.Contains(server.Log.Lines, line => line.Contains("mine-2 POST /inference.GRPCInferenceService/ModelInfer 200 NotFound ", StringComparison.Ordinal));
    }

    public static TheoryData<string, Func<object>> Wrong => new()
    {
        { "there are 0 inputs", () => new ModelInferRequest { ModelName = "small" } },
        { "no input 'other', expected 'input'", () => Changed(request => request.Inputs[0].Name = "other") },
        { "has datatype FP16, expected FP32", () => Changed(request => request.Inputs[0].Datatype = "FP16") },
        { "a batch of 0, expected 1 or more", () => Changed(request => request.Inputs[0].Shape[0] = 0) },
        { "a batch of 5, and this server takes 4", () => Changed(request => request.Inputs[0].Shape[0] = 5) },
        { "has shape [2, 3, 16, 17]", () => Changed(request => request.Inputs[0].Shape[3] = 17) },
        { "has 9 axes", () => Changed(request => request.Inputs[0].Shape.Add([1, 1, 1, 1, 1])) },
        { "has 1535 elements in fp32_contents, expected 1536", () => Changed(request => request.Inputs[0].Contents.Fp32Contents.RemoveAt(0)) },
        { "contents of other types", () => Changed(request => request.Inputs[0].Contents.IntContents.Add(1)) },
        { "NaN or infinity", () => Changed(request => request.Inputs[0].Contents.Fp32Contents[3] = float.NaN) },
        { "both contents and raw_input_contents", () => Calls.Raw(Calls.Floats(), [1]) },
        { "there are 2 raw_input_contents", () => Calls.Raw(Calls.Request("FP32", 1, 3, 16, 16), [1], [2]) },
        { "has 1 bytes, expected 3072", () => Calls.Raw(Calls.Request("FP32", 1, 3, 16, 16), [1]) },
        { "ends within element 1 of 1", () => Calls.Raw(Calls.Request("BYTES", 1), [255, 255, 255, 255, 1]) },
        { "more bytes than its 1 elements", () => Calls.Raw(Calls.Request("BYTES", 1), [0, 0, 0, 0, 1]) },
        { "cannot read", () => Calls.Pictures("no picture"u8.ToArray()) },
        { "no output 'other'", () => Changed(request => request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "other" })) },
        { "\"classification\" is not a number of classes", () => Changed(request => request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "features", Parameters = { ["classification"] = new() { Int64Param = 0 } } })) },
        { "\"timeout\" is not a number of microseconds", () => Changed(request => request.Parameters["timeout"] = new() { StringParam = "1" }) },
        { "neither true nor false", () => Changed(request => request.Parameters["binary_data_output"] = new() { Int64Param = 1 }) },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task Requests_that_are_not_as_the_protocol_has_it_are_refused(string part, Func<object> request)
    {
        await Calls.RefusedAsync(StatusCode.InvalidArgument, part, () => calls.InferAsync((ModelInferRequest)request()));
        Assert.Equal(Calls.Expected, (await calls.InferAsync(Calls.Floats())).Outputs[0].Contents.Fp32Contents);
        Assert.NotEmpty(server.Host.Models.Meter.Rejects);
        Assert.Equal(0, server.Host.Models.Meter.Admitted);
    }

    private static ModelInferRequest Changed(Action<ModelInferRequest> change)
    {
        var request = Calls.Floats();
        change(request);
        return request;
    }

    private static float[] Floats(ModelInferResponse answer) => MemoryMarshal.Cast<byte, float>(Assert.Single(answer.RawOutputContents).Span).ToArray();
}
