using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace JustAlexNet.Bench.Load;

/// <summary>A caller of gRPC's ModelInfer as it should be, on one connection that is kept. Thread-safe.</summary>
internal sealed class HonestCall(Uri address, string model, IReadOnlyList<byte[]> photos) : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

    /// <summary>Calls until it is over, one call after another.</summary>
    /// <returns>Each answer; its status is 200 where gRPC's is 0, else 1000 and gRPC's, or 0: no answer.</returns>
    public async Task<IReadOnlyList<Answer>> AskAsync(Func<bool> isOver)
    {
        var answers = new List<Answer>();
        while (!isOver())
        {
            var begin = Stopwatch.GetTimestamp();
            var status = await StatusAsync(Http2Call.Framed(Http2Call.Message(model, photos[answers.Count % photos.Count])));
            answers.Add(new(status, Stopwatch.GetElapsedTime(begin).TotalSeconds, status == 200, begin));
        }
        return answers;
    }

    public void Dispose() => client.Dispose();

    private async Task<int> StatusAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/inference.GRPCInferenceService/ModelInfer") { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        try
        {
            using var response = await client.SendAsync(request);
            var status = response.TrailingHeaders.Concat(response.Headers).FirstOrDefault(header => header.Key == "grpc-status").Value?.First();
            return status == "0" ? 200 : int.TryParse(status, out var code) ? 1000 + code : 0;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return 0;
        }
    }
}
