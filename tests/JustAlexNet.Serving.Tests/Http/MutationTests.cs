using System.Collections.Concurrent;
using System.Text;

namespace JustAlexNet.Serving.Http.Tests;

/// <summary>Requests that nobody wrote on purpose.</summary>
public sealed class MutationTests
{
    private const int Count = 500;

    [Fact]
    public async Task Mutated_requests_are_answered_or_cut_and_nobody_else_suffers()
    {
        await using var server = await TestServer.StartAsync(serving: new() { MaxBodyBytes = 1 << 20, RequestTimeout = TimeSpan.FromSeconds(0.5) }, http: new() { HeaderTimeout = TimeSpan.FromSeconds(0.5) });
        byte[] picture = File.ReadAllBytes(TestServer.Png);
        byte[][] seeds = [Form(picture), Bare(picture), Infer(picture), Binary(picture)];
        var statuses = new ConcurrentDictionary<string, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (seed, _) =>
        {
            var answer = await AnswerAsync(server, Mutated(seeds[seed % seeds.Length], new Random(seed)));
            Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), $"seed {seed}: {answer}");
            var status = answer.Length == 0 ? "none" : answer.Substring(9, 3);
            Assert.False(status == "500", $"seed {seed}: {answer}");
            if (answer.Contains("\"error\"", StringComparison.Ordinal)) Assert.DoesNotMatch("(?i)exception|   at |/tmp/|System\\.", answer);
            statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
            if (seed % 50 == 49) Assert.Equal(200, (await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png))).Status);
        });
        Assert.True(statuses.Count >= 4, string.Join(", ", statuses));      // or the mutations hardly change anything
        Assert.True(statuses.GetValueOrDefault("200") > 0 && statuses.GetValueOrDefault("400") > 0, string.Join(", ", statuses));
        for (var i = 0; i < 500 && server.Host.Models.Meter.Admitted > 0; i++) await Task.Delay(10);
        Assert.Equal(0, server.Host.Models.Meter.Admitted);
        var errors = server.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).ToList();
        Assert.True(errors.Count == 0, string.Join("\n", errors));
    }

    // A request whose end never comes is waited for by the server, within its bounds; so long nobody waits here.
    private static async Task<string> AnswerAsync(TestServer server, byte[] request)
    {
        using var connection = await server.ConnectAsync();
        try
        {
            await connection.WriteAsync(request);
        }
        catch (IOException)
        {
            // cut while it was written
        }
        return await connection.ReadToEndAsync(TimeSpan.FromSeconds(1.5));
    }

    private static byte[] Mutated(byte[] request, Random random)
    {
        List<byte> bytes = [.. request];
        var head = request.AsSpan().IndexOf("\r\n\r\n"u8);
        for (var edits = random.Next(0, 4); edits > 0; edits--)
        {
            var at = random.Next(3) == 0 ? random.Next(bytes.Count) : random.Next(Math.Min(bytes.Count, head + 300));
            switch (random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.Insert(at, (byte)"\0\r\n:;\"{}[],=-"[random.Next(13)]); break;
                case 3: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 200), bytes.Count - at))); break;
            }
        }
        return [.. bytes];
    }

    private static byte[] Request(string path, string headers, byte[] body) =>
        [.. Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {body.Length}\r\n\r\n"), .. body];

    private static byte[] Bare(byte[] picture) => Request("/v1/classify?topk=2&model=small", "Content-Type: image/png\r\n", picture);

    private static byte[] Form(byte[] picture) => Request("/v1/classify", "Content-Type: multipart/form-data; boundary=\"frontier\"\r\n",
        [.. "--frontier\r\nContent-Disposition: form-data; name=\"image\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n\r\n"u8, .. picture, .. "\r\n--frontier--\r\n"u8]);

    private static byte[] Infer(byte[] picture) => Request("/v2/models/small/infer", "Content-Type: application/json\r\n",
        Encoding.ASCII.GetBytes($"{{\"id\":\"1\",\"outputs\":[{{\"name\":\"features\",\"parameters\":{{\"classification\":2}}}}],\"inputs\":[{{\"name\":\"input\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"{Convert.ToBase64String(picture)}\"]}}]}}"));

    private static byte[] Binary(byte[] picture)
    {
        var json = Encoding.ASCII.GetBytes($"{{\"inputs\":[{{\"name\":\"input\",\"shape\":[1],\"datatype\":\"BYTES\",\"parameters\":{{\"binary_data_size\":{picture.Length + 4}}}}}]}}");
        return Request("/v2/models/small/infer", $"Inference-Header-Content-Length: {json.Length}\r\n", [.. json, .. BitConverter.GetBytes(picture.Length), .. picture]);
    }
}
