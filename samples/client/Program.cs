// Asks `justalexnet serve` what pictures show, all of them in one request, by REST or by gRPC:
//   dotnet run --project samples/client -- rest http://localhost:8000 photo.jpg other.png
//   dotnet run --project samples/client -- grpc http://localhost:8001 photo.jpg other.png
// JUSTALEXNET_KEY holds the key, where the server wants one.
using System.Net;
using System.Net.Http.Json;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using JustAlexNet.Serving.Grpc.Protocol;

if (args is not ["rest" or "grpc", _, _, ..] || !Uri.TryCreate(args[1], UriKind.Absolute, out var address))
{
    Console.Error.WriteLine("Usage: ServingClient rest|grpc ADDRESS PICTURE...");
    return 2;
}
var (pictures, key) = (args[2..], Environment.GetEnvironmentVariable("JUSTALEXNET_KEY"));
try
{
    var answers = args[0] == "rest" ? await AskByRestAsync() : await AskByGrpcAsync();
    foreach (var (picture, answer) in pictures.Zip(answers)) Console.WriteLine($"{Path.GetFileName(picture)}  {answer}");
    return 0;
}
catch (Exception e) when (e is HttpRequestException or RpcException or IOException)
{
    Console.Error.WriteLine(e is RpcException refused ? $"{refused.StatusCode}: {refused.Status.Detail}" : e.Message);
    return 1;
}

async Task<IEnumerable<string>> AskByRestAsync()
{
    using var client = new HttpClient { BaseAddress = address };
    if (key is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", key);
    for (var tries = 1; ; tries++)
    {
        using var form = new MultipartFormDataContent();
        foreach (var picture in pictures) form.Add(new ByteArrayContent(await File.ReadAllBytesAsync(picture)), "image", Path.GetFileName(picture));
        using var response = await client.PostAsync("/v1/classify?topk=1", form);
        if (response.StatusCode == HttpStatusCode.TooManyRequests && tries < 5)
        {
            await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));        // the server says when there is room again
            continue;
        }
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"{(int)response.StatusCode}: {(await response.Content.ReadFromJsonAsync<Refusal>())?.Error}");
        var answer = await response.Content.ReadFromJsonAsync<Answer>();
        return answer!.Results.Select(result => $"{result.Predictions[0].Class}, probability {result.Predictions[0].Probability:0.0000}");
    }
}

async Task<IEnumerable<string>> AskByGrpcAsync()
{
    var again = new RetryPolicy { MaxAttempts = 5, InitialBackoff = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromSeconds(10), BackoffMultiplier = 2, RetryableStatusCodes = { StatusCode.ResourceExhausted } };
    using var channel = GrpcChannel.ForAddress(address, new() { ServiceConfig = new() { MethodConfigs = { new() { Names = { MethodName.Default }, RetryPolicy = again } } } });
    var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
    var (headers, deadline) = (key is null ? [] : new Metadata { { "authorization", $"Bearer {key}" } }, DateTime.UtcNow.AddSeconds(60));

    var model = await client.ModelMetadataAsync(new(), headers, deadline);         // no name: the first model
    var input = new ModelInferRequest.Types.InferInputTensor { Name = model.Inputs[0].Name, Datatype = "BYTES", Shape = { pictures.Length }, Contents = new() };
    foreach (var picture in pictures) input.Contents.BytesContents.Add(ByteString.CopyFrom(await File.ReadAllBytesAsync(picture)));
    var output = new ModelInferRequest.Types.InferRequestedOutputTensor { Name = model.Outputs[0].Name, Parameters = { ["classification"] = new() { Int64Param = 1 } } };     // classes instead of logits
    var answer = await client.ModelInferAsync(new() { ModelName = model.Name, Inputs = { input }, Outputs = { output } }, headers, deadline);
    return answer.Outputs[0].Contents.BytesContents.Select(best => best.ToStringUtf8().Split(':', 3)).Select(best => $"{best[2]}, logit {best[0]}");
}

internal sealed record Answer(string Model, string Version, Result[] Results);
internal sealed record Result(Prediction[] Predictions);
internal sealed record Prediction(int Index, string Class, double Probability);
internal sealed record Refusal(string Error);
