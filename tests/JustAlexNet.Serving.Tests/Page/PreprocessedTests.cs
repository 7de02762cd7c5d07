using System.Buffers.Binary;
using JustAlexNet.Serving.Http;
using JustAlexNet.Serving.Http.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Serving.Page.Tests;

public sealed class PreprocessedTests : IAsyncLifetime
{
    private TestServer server = null!;

    public async ValueTask InitializeAsync() => server = await TestServer.StartAsync(serving: new() { MaxBodyBytes = 1 << 20 });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Answer_is_the_picture_of_the_networks_size_with_which_the_network_says_the_same()
    {
        var photo = TestServer.Photos[0];
        var reply = await server.PostAsync("/v1/preprocessed?model=small&version=1", TestServer.Picture(photo));
        Assert.Equal((200, "image/png", "1"), (reply.Status, reply.Headers["Content-Type"], reply.Headers["X-Model-Version"]));
        Assert.Equal((TestServer.Side, TestServer.Side), (BinaryPrimitives.ReadInt32BigEndian(reply.Body.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(reply.Body.AsSpan(20))));
        Assert.Equal(reply.Body, (await server.PostAsync("/v1/preprocessed", TestServer.Form(photo))).Body);
        // It is of the right size already: preprocessing leaves it as it is.
        var (ofPhoto, ofSeen) = (await server.PostAsync("/v1/classify", TestServer.Picture(photo)), await server.PostAsync("/v1/classify", TestServer.Bytes(reply.Body)));
        Assert.Equal(ofPhoto.Text, ofSeen.Text);
        Assert.NotEqual(ofPhoto.Text, (await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Photos[1]))).Text);
    }

    [Theory]
    [InlineData("?topk=1", 400, "the address has 'topk', expected model, version")]
    [InlineData("?model=large", 404, "large")]
    [InlineData("?version=7", 404, "7")]
    public async Task Address_that_is_not_meant_is_refused(string query, int status, string part) => (await server.PostAsync($"/v1/preprocessed{query}", TestServer.Picture(TestServer.Png))).IsRefused(status, part);

    [Fact]
    public async Task Body_that_is_not_one_picture_is_refused()
    {
        (await server.PostAsync("/v1/preprocessed", TestServer.Bytes([1, 2, 3]))).IsRefused(415, "JPEG, PNG and WebP");
        (await server.PostAsync("/v1/preprocessed", TestServer.Bytes([]))).IsRefused(400, "empty");
        (await server.PostAsync("/v1/preprocessed", TestServer.Bytes(new byte[(1 << 20) + 1]))).IsRefused(413, "larger than 1048576 bytes");
        (await server.PostAsync("/v1/preprocessed", TestServer.Form(TestServer.Photos[0], TestServer.Photos[1]))).IsRefused(400, "the form has 2 pictures, expected one");
    }

    [Fact]
    public async Task Key_is_needed_where_there_are_keys_and_for_the_page_itself_it_is_not()
    {
        var scratch = new Scratch();
        File.WriteAllText(scratch.At("keys.txt"), "ann:first-key\n");
        await using var closed = await TestServer.StartAsync(new HttpOptions { ApiKeyFile = scratch.At("keys.txt") }, scratch: scratch);
        (await closed.PostAsync("/v1/preprocessed", TestServer.Picture(TestServer.Png))).IsRefused(401, "key");
        Assert.Equal(200, (await closed.PostAsync("/v1/preprocessed", TestServer.Picture(TestServer.Png), ("X-API-Key", "first-key"))).Status);
        Assert.Equal(200, (await closed.GetAsync("/")).Status);
        Assert.Equal(200, (await closed.GetAsync("/page/server.js")).Status);
    }

    [Fact]
    public async Task Answers_of_the_network_say_what_their_time_was_spent_on()
    {
        var timing = (await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png))).Headers["Server-Timing"];
        Assert.Matches(@"^queue;dur=[\d.]+, prepare;dur=[\d.]+, infer;dur=[\d.]+$", timing);
    }
}
