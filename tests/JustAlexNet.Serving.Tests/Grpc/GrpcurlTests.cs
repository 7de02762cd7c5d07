using System.Text.RegularExpressions;
using Google.Protobuf;
using JustAlexNet.Inference;
using JustAlexNet.Serving.Grpc.Protocol;
using JustAlexNet.Serving.Http.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Serving.Grpc.Tests;

/// <summary>grpcurl is in no package that the tests could install, so what the page gives it is sent as it would: its JSON, read by protobuf's own rules.</summary>
public sealed partial class GrpcurlTests
{
    [Theory, InlineData("docs/serving.md"), InlineData("docs/zh/serving.md")]
    public async Task Calls_of_the_page_are_of_the_protocol_and_are_answered(string page)
    {
        var text = await File.ReadAllTextAsync(Repository.At(page.Split('/')));
        Assert.All(Method().Matches(text), call => Assert.Contains(GRPCInferenceService.Descriptor.Methods, method => $"{method.Service.FullName}/{method.Name}" == call.Value));
        var json = Infer().Match(text).Groups["json"].Value.Replace("$(base64 -w0 photo.jpg)", Convert.ToBase64String(await File.ReadAllBytesAsync(TestServer.Png)), StringComparison.Ordinal);
        var request = JsonParser.Default.Parse<ModelInferRequest>(json);
        Assert.Equal(("model", "pictures", "logits"), (request.ModelName, request.Inputs[0].Name, request.Outputs[0].Name));        // as export names them

        await using var server = await TestServer.StartAsync();
        using var calls = new Calls(server.Host.GrpcAddress);
        var model = await calls.Client.ModelMetadataAsync(new());
        (request.ModelName, request.Inputs[0].Name, request.Outputs[0].Name) = (model.Name, model.Inputs[0].Name, model.Outputs[0].Name);
        var answer = await calls.InferAsync(request);
        using var predictor = Predictor.Open(server.File);
        Assert.Equal(predictor.Predict(TestServer.Png, new() { TopK = 2 }).Predictions.Select(best => $"{best.Index}:{best.Class}"), answer.Outputs[0].Contents.BytesContents.Select(best => best.ToStringUtf8().Split(':', 2)[1]));
    }

    [GeneratedRegex(@"inference\.\w+/\w+")]
    private static partial Regex Method();

    [GeneratedRegex(@"GRPCInferenceService/ModelInfer <<END\n(?<json>.*?)\nEND\n", RegexOptions.Singleline)]
    private static partial Regex Infer();
}
