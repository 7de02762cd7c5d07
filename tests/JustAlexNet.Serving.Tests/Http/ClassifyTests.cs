using System.Globalization;
using System.Security.Cryptography;
using JustAlexNet.Inference;

namespace JustAlexNet.Serving.Http.Tests;

public sealed class ClassifyTests : IAsyncLifetime
{
    private TestServer server = null!;

    public async ValueTask InitializeAsync() => server = await TestServer.StartAsync(serving: new() { MaxPictures = 4, MaxBodyBytes = 1 << 20 });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Form_and_bare_body_get_the_answer_that_predict_gives()
    {
        using var predictor = Predictor.Open(server.File);
        foreach (var path in (string[])[TestServer.Photos[0], TestServer.Png])
        {
            var expected = predictor.Predict(path, new() { TopK = 3 }).Predictions.Select(p => (p.Index, p.Class, p.Probability)).ToList();
            Reply[] replies =
            [
                await server.PostAsync("/v1/classify", TestServer.Form(path)), await server.PostAsync("/v1/classify", TestServer.Picture(path)),
                await server.PostAsync("/v1/classify", TestServer.Picture(path, "application/x-www-form-urlencoded")),       // what curl --data-binary says
            ];
            Assert.All(replies, reply =>
            {
                Assert.Equal(200, reply.Status);
                Assert.Equal(expected, Predictions(reply)[0]);
                Assert.Equal(["model", "version", "results"], reply.Json.EnumerateObject().Select(member => member.Name));
                Assert.Equal(("small", "1"), (reply.Json.GetProperty("model").GetString(), reply.Json.GetProperty("version").GetString()));
            });
        }
    }

    [Fact]
    public async Task Pictures_of_a_form_are_answered_in_order()
    {
        var photos = TestServer.Photos.Take(3).ToArray();
        var together = Predictions(await server.PostAsync("/v1/classify?topk=3", TestServer.Form(photos)));
        Assert.Equal(3, together.Count);
        Assert.Equal(3, together.Select(answer => answer[0].Probability).Distinct().Count());
        for (var i = 0; i < 3; i++)
        {
            var alone = Predictions(await server.PostAsync("/v1/classify?topk=3", TestServer.Form(photos[i])))[0];
            Assert.Equal(alone.Select(p => p.Class), together[i].Select(p => p.Class));
            Assert.All(alone.Zip(together[i]), pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-5));
        }
    }

    [Theory]
    [InlineData("topk=1", 1)]
    [InlineData("topk=2&model=small&version=1", 2)]
    [InlineData("topk=1000", 3)]
    [InlineData("", 3)]
    public async Task Topk_says_how_many_classes(string query, int expected) => Assert.Equal(expected, Predictions(await server.PostAsync($"/v1/classify?{query}", TestServer.Picture(TestServer.Png)))[0].Count);

    [Theory]
    [InlineData("topk=0", 400, "topk is '0', expected a whole number, 1 or more")]
    [InlineData("topk=-1", 400, "topk is '-1'")]
    [InlineData("topk=1.5", 400, "topk is '1.5'")]
    [InlineData("topk=", 400, "topk is ''")]
    [InlineData("topk=1&topk=2", 400, "topk is '1,2'")]
    [InlineData("top_k=3", 400, "the address has 'top_k', expected topk, model, version")]
    [InlineData("model=large", 404, "large")]
    [InlineData("model=../small", 404, "../small")]
    [InlineData("version=2", 404, "2")]
    public async Task What_the_address_asks_for_and_is_not_there_is_refused(string query, int status, string part) => (await server.PostAsync($"/v1/classify?{query}", TestServer.Picture(TestServer.Png))).IsRefused(status, part);

    [Fact]
    public async Task Headers_name_the_version_the_hash_and_the_request()
    {
        var reply = await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png), ("X-Request-Id", "abc-1.2:3_4"));
        Assert.Equal(("1", Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(server.File))), "abc-1.2:3_4"), (reply.Headers["X-Model-Version"], reply.Headers["X-Model-Sha256"], reply.Headers["X-Request-Id"]));
        foreach (var bad in (string[])["a b", "<script>", new string('a', 129)])
        {
            var made = (await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png), ("X-Request-Id", bad))).Headers["X-Request-Id"];
            Assert.NotEqual(bad, made);
            Assert.Matches("^[A-Z0-9:]{10,}$", made);
        }
    }

    [Fact]
    public async Task What_is_no_picture_is_refused()
    {
        (await server.PostAsync("/v1/classify", TestServer.Bytes([]))).IsRefused(400, "the body is empty");
        (await server.PostAsync("/v1/classify", TestServer.Bytes("GIF89a and more"u8.ToArray()))).IsRefused(415, "JPEG, PNG");
        (await server.PostAsync("/v1/classify", TestServer.Bytes(File.ReadAllBytes(TestServer.Png)[..200]))).IsRefused(400, "");
        (await server.PostAsync("/v1/classify", new MultipartFormDataContent { { new StringContent("5"), "topk" } })).IsRefused(400, "the form has no file");
        (await server.PostAsync("/v1/classify", new MultipartFormDataContent { { TestServer.Bytes([]), "image", "a.jpg" } })).IsRefused(400, "picture 1 is empty");
        (await server.PostAsync("/v1/classify", TestServer.Bytes("--x\r\n\r\n"u8.ToArray(), "multipart/mixed; boundary=x"))).IsRefused(400, "multipart of another kind");
        (await server.PostAsync("/v1/classify", TestServer.Bytes("--x\r\n\r\n"u8.ToArray(), "multipart/form-data"))).IsRefused(400, "boundary has 0 characters");
        (await server.PostAsync("/v1/classify", TestServer.Bytes("--x\r\n\r\n"u8.ToArray(), $"multipart/form-data; boundary={new string('x', 71)}"))).IsRefused(400, "boundary has 71 characters");
        (await server.PostAsync("/v1/classify", TestServer.Bytes("--x\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\nabc"u8.ToArray(), "multipart/form-data; boundary=x"))).IsRefused(400, "the form is broken");
        var many = string.Concat(Enumerable.Range(0, 20).Select(i => $"--x\r\nContent-Disposition: form-data; name=f{i}\r\n\r\n1\r\n")) + "--x--\r\n";
        (await server.PostAsync("/v1/classify", TestServer.Bytes(System.Text.Encoding.ASCII.GetBytes(many), "multipart/form-data; boundary=x"))).IsRefused(400, "more than 16 fields without a file");
        var headers = "--x\r\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"H{i}: 1\r\n")) + "\r\n1\r\n--x--\r\n";
        (await server.PostAsync("/v1/classify", TestServer.Bytes(System.Text.Encoding.ASCII.GetBytes(headers), "multipart/form-data; boundary=x"))).IsRefused(400, "the form is broken");
    }

    [Fact]
    public async Task One_picture_of_several_that_cannot_be_read_refuses_the_request_and_is_named()
    {
        var broken = Path.Combine(Path.GetDirectoryName(server.File)!, "broken.jpg");
        File.WriteAllText(broken, "no picture");
        (await server.PostAsync("/v1/classify", TestServer.Form(TestServer.Png, broken, TestServer.Photos[0]))).IsRefused(415, "picture 2");
    }

    [Fact]
    public async Task More_than_a_request_may_have_is_refused()
    {
        (await server.PostAsync("/v1/classify", TestServer.Form([.. Enumerable.Repeat(TestServer.Png, 5)]))).IsRefused(413, "more than 4 pictures");
        (await server.PostAsync("/v1/classify", TestServer.Bytes(new byte[(1 << 20) + 1]))).IsRefused(413, "larger than 1048576 bytes");
        var compressed = TestServer.Picture(TestServer.Png);
        compressed.Headers.ContentEncoding.Add("gzip");
        (await server.PostAsync("/v1/classify", compressed)).IsRefused(415, "Content-Encoding");
    }

    [Fact]
    public async Task Length_that_is_too_large_is_refused_before_a_byte_of_the_body_comes()
    {
        using var connection = await server.ConnectAsync();
        await connection.WriteAsync("POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
        var answer = await connection.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("{\"error\":\"the body is larger than 1048576 bytes, which is the most this server takes\"}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_without_a_length_ends_at_the_bound()
    {
        using var content = new StreamContent(new Endless(3 << 20));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Host.Address, "/v1/classify")) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        try
        {
            using var response = await server.Client.SendAsync(request);
            (await Reply.OfAsync(response)).IsRefused(413, "larger than");
        }
        catch (HttpRequestException)
        {
            // The server closes while the client still sends: what came is counted.
        }
        Assert.Equal(1, server.Host.Models.Meter.Rejects["body_too_large"]);
        Assert.Equal(200, (await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png))).Status);
    }

    private static List<List<(int Index, string Class, double Probability)>> Predictions(Reply reply)
    {
        Assert.True(reply.Status == 200, reply.Text);
        return [.. reply.Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("predictions").EnumerateArray()
            .Select(p => (p.GetProperty("index").GetInt32(), p.GetProperty("class").GetString()!, double.Parse(p.GetProperty("probability").GetRawText(), CultureInfo.InvariantCulture))).ToList())];
    }

    /// <summary>Zeros.</summary>
    private sealed class Endless(int length) : MemoryStream(new byte[length])
    {
        public override bool CanSeek => false;
    }
}
