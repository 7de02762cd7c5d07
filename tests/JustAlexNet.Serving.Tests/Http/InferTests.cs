using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace JustAlexNet.Serving.Http.Tests;

public sealed class InferTests : IAsyncLifetime
{
    private const string Address = "/v2/models/small/infer";
    private const string JsonLength = "Inference-Header-Content-Length";
    private const int Numbers = 3 * TestServer.Side * TestServer.Side;

    // Channels of 0.5, -1 and 2, then of 1, 0 and -3: the network's logits are these.
    private static readonly float[] Tensor = [.. Enumerable.Range(0, 2 * Numbers).Select(i => ((float[])[0.5f, -1, 2, 1, 0, -3])[i / (TestServer.Side * TestServer.Side)])];
    private static readonly float[] Expected = [0.5f, -1, 2, 1, 0, -3];

    private TestServer server = null!;

    public async ValueTask InitializeAsync() => server = await TestServer.StartAsync(serving: new() { MaxPictures = 4 });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Numbers_flat_nested_and_binary_give_the_logits()
    {
        var flat = JsonSerializer.Serialize(Tensor);
        var nested = JsonSerializer.Serialize(Tensor.Chunk(Numbers).Select(picture => picture.Chunk(256).Select(channel => channel.Chunk(16))));
        foreach (var data in (string[])[flat, nested])
        {
            var reply = await server.PostJsonAsync(Address, Request($"\"data\":{data}", "\"id\":\"a1\","));
            Assert.Equal(Expected, Output(reply));
            Assert.Equal(("small", "1", "a1"), (reply.Json.GetProperty("model_name").GetString(), reply.Json.GetProperty("model_version").GetString(), reply.Json.GetProperty("id").GetString()));
            Assert.Equal("[2,3]", reply.Json.GetProperty("outputs")[0].GetProperty("shape").GetRawText());
        }
        var (json, tail) = (Request($"\"parameters\":{{\"binary_data_size\":{Tensor.Length * 4}}}"), MemoryMarshal.AsBytes(Tensor.AsSpan()).ToArray());
        Assert.Equal(Expected, Output(await BinaryAsync(json, tail)));
        Assert.Equal(Expected, Output(await BinaryAsync(Request(""), tail)));       // with one input the size may be left out
        Assert.Equal(Expected, Output(await server.PostJsonAsync("/v2/models/small/versions/1/infer", Request($"\"data\":{flat}"))));
    }

    [Fact]
    public async Task Encoded_pictures_give_the_same_logits_however_they_come()
    {
        byte[] first = File.ReadAllBytes(TestServer.Photos[0]), second = File.ReadAllBytes(TestServer.Png);
        var both = Output(await server.PostJsonAsync(Address, Pictures(2, $"\"data\":[\"{Convert.ToBase64String(first)}\",\"{Convert.ToBase64String(second)}\"]")));
        Assert.Equal(6, both.Length);
        byte[] framed = [.. Framed(first), .. Framed(second)];
        Assert.Equal(both, Output(await BinaryAsync(Pictures(2, $"\"parameters\":{{\"binary_data_size\":{framed.Length}}}"), framed)));
        var alone = Output(await BinaryAsync(Pictures(1, ""), first));
        Assert.Equal(both[..3].Select(value => value).ToArray(), alone.Select(value => value).ToArray(), (x, y) => Math.Abs(x - y) < 1e-5);
        Assert.Equal(alone, Output(await server.PostJsonAsync(Address, Pictures(1, $"\"data\":[[\"{Convert.ToBase64String(first)}\"]]").Replace("[1]", "[1,1]", StringComparison.Ordinal))));
        Assert.Equal(alone, Binary(await server.PostAsync(Address, TestServer.Bytes(first), (JsonLength, "0"))));
    }

    [Fact]
    public async Task Raw_body_is_the_tensor_of_one_picture_and_answered_in_binary() =>
        Assert.Equal(Expected[..3], Binary(await server.PostAsync(Address, TestServer.Bytes(MemoryMarshal.AsBytes(Tensor.AsSpan(0, Numbers)).ToArray()), (JsonLength, "0"))));

    [Theory]
    [InlineData("\"parameters\":{\"binary_data_output\":true},", "")]
    [InlineData("", ",\"outputs\":[{\"name\":\"features\",\"parameters\":{\"binary_data\":true}}]")]
    public async Task Output_comes_in_binary_where_it_is_wanted_so(string before, string after)
    {
        var reply = await server.PostJsonAsync(Address, Request($"\"data\":{JsonSerializer.Serialize(Tensor)}", before, after));
        Assert.Equal(Expected, Binary(reply));
        Assert.Equal("application/octet-stream", reply.Headers["Content-Type"]);
        Assert.Equal(Expected, Output(await server.PostJsonAsync(Address, Request($"\"data\":{JsonSerializer.Serialize(Tensor)}", "\"parameters\":{\"binary_data_output\":true},", ",\"outputs\":[{\"name\":\"features\",\"parameters\":{\"binary_data\":false}}]"))));
    }

    [Fact]
    public async Task Classification_extension_names_the_best_classes()
    {
        string Wanted(string more) => Request($"\"data\":{JsonSerializer.Serialize(Tensor)}", "", $",\"outputs\":[{{\"name\":\"features\",\"parameters\":{{\"classification\":2{more}}}}}]");
        var output = (await server.PostJsonAsync(Address, Wanted(""))).Json.GetProperty("outputs")[0];
        Assert.Equal(("BYTES", "[2,2]"), (output.GetProperty("datatype").GetString(), output.GetProperty("shape").GetRawText()));
        string[] expected = ["2:2:蓝", "0.5:0:red", "1:0:red", "0:1:green"];
        Assert.Equal(expected, output.GetProperty("data").EnumerateArray().Select(text => text.GetString()));
        var binary = await server.PostJsonAsync(Address, Wanted(",\"binary_data\":true"));
        Assert.Equal(expected.SelectMany(text => Framed(Encoding.UTF8.GetBytes(text))), binary.Body[int.Parse(binary.Headers[JsonLength], CultureInfo.InvariantCulture)..]);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "", "no JSON" }, { "[]", "not a JSON object" }, { "{}", "\"inputs\" is missing" }, { "{\"inputs\":[]}", "there are 0 inputs" }, { "{\"inputs\":[1]}", "the input has no \"name\"" },
        { "{\"inputs\":[{\"name\":\"other\"}]}", "the model has no input 'other', expected 'input'" }, { "{\"inputs\":[{\"name\":\"input\"}]}", "the input has no \"datatype\"" },
        { Input("\"datatype\":\"FP16\",\"shape\":[1,3,16,16],\"data\":[1]"), "has datatype FP16, expected FP32" }, { Input("\"datatype\":\"FP32\",\"shape\":[0,3,16,16],\"data\":[]"), "has a batch of 0, expected 1 or more" },
        { Input("\"datatype\":\"BYTES\",\"shape\":[0],\"data\":[]"), "has a batch of 0" }, { Input("\"datatype\":\"FP32\",\"shape\":[-1,3,16,16],\"data\":[]"), "has a batch of -1" },
        { Input("\"datatype\":\"FP32\",\"shape\":[1,3,16,17],\"data\":[]"), "has shape [1, 3, 16, 17], expected [N, 3, 16, 16]" }, { Input("\"datatype\":\"FP32\",\"shape\":[],\"data\":[]"), "has shape []" },
        { Input("\"datatype\":\"FP32\",\"shape\":[1,3,16,16],\"data\":[1]"), "\"data\" has 1 elements, and the shape 768" }, { Input("\"datatype\":\"FP32\",\"shape\":[1,3,16,16],\"data\":[\"x\"]"), "element 1 of \"data\" is no number" },
        { Input("\"datatype\":\"FP32\",\"shape\":[1,3,16,16],\"data\":[1e99]"), "element 1 of \"data\" is no number of 32 bits" }, { Input("\"datatype\":\"FP32\",\"shape\":[1,3,16,16]"), "has no \"data\"" },
        { Input("\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"?\"]"), "no base64" }, { Input("\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"\",\"\"]"), "more elements than the shape's 1" },
        { Input("\"datatype\":\"BYTES\",\"shape\":[1.5],\"data\":[]"), "something else than whole numbers" }, { Input("\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":4}"), "is missing" },
        { Input("\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"\"]", "\"parameters\":{\"timeout\":-1},"), "\"timeout\"" }, { Input("\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"\"]", "\"id\":7,"), "\"id\" is not a string" },
        { Input("\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"\"]", "\"outputs\":[{\"name\":\"x\"}],"), "the model has no output 'x', expected 'features'" },
        { Input("\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"\"]", "\"outputs\":[{\"name\":\"features\",\"parameters\":{\"classification\":0}}],"), "\"classification\"" },
        { new string('[', 100), "nested more than" }, { "{\"inputs\":[{\"name\":\"\\ud800\"}]}", "no Unicode" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task Request_that_does_not_fit_is_refused_with_the_reason(string json, string part) => (await server.PostJsonAsync(Address, json)).IsRefused(400, part);

    [Fact]
    public async Task Binary_parts_that_do_not_fit_are_refused()
    {
        (await BinaryAsync(Request("\"parameters\":{\"binary_data_size\":8}"), new byte[8])).IsRefused(400, "has 8 bytes, expected 6144");
        (await BinaryAsync(Request("\"parameters\":{\"binary_data_size\":9}"), new byte[8])).IsRefused(400, "is 9, and 8 bytes stand behind the JSON");
        (await BinaryAsync(Pictures(1, "\"parameters\":{\"binary_data_size\":8}"), [255, 255, 255, 255, 0, 0, 0, 0])).IsRefused(400, "ends within element 1 of 1");
        (await BinaryAsync(Pictures(1, "\"parameters\":{\"binary_data_size\":8}"), new byte[8])).IsRefused(400, "holds more bytes than its 1 elements");
        (await server.PostAsync(Address, TestServer.Bytes([1]), (JsonLength, "2"))).IsRefused(400, "is 2, and the body has 1 bytes");
        (await server.PostAsync(Address, TestServer.Bytes([1]), (JsonLength, "99999999999"))).IsRefused(400, "is not a number of bytes");
        (await server.PostAsync(Address, TestServer.Bytes([]), (JsonLength, "0"))).IsRefused(400, "the body is empty");
        var notFinite = Enumerable.Repeat(float.NaN, Numbers).ToArray();
        (await server.PostAsync(Address, TestServer.Bytes(MemoryMarshal.AsBytes(notFinite.AsSpan()).ToArray()), (JsonLength, "0"))).IsRefused(400, "finite");
    }

    [Fact]
    public async Task Batch_above_the_bound_and_unknown_models_are_refused()
    {
        (await server.PostJsonAsync(Address, Input("\"datatype\":\"FP32\",\"shape\":[5,3,16,16],\"data\":[]"))).IsRefused(413, "has a batch of 5, and this server takes 4 at most");
        (await server.PostJsonAsync("/v2/models/large/infer", "{}")).IsRefused(404, "large");
        (await server.PostJsonAsync("/v2/models/small/versions/9/infer", "{}")).IsRefused(404, "9");
    }

    [Fact]
    public async Task Time_that_the_request_sets_is_obeyed() =>
        (await server.PostJsonAsync(Address, Input($"\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"{Convert.ToBase64String(File.ReadAllBytes(TestServer.Photos[0]))}\"]", "\"parameters\":{\"timeout\":1},"))).IsRefused(504, "");

    private static string Input(string members, string before = "") => $"{{{before}\"inputs\":[{{\"name\":\"input\",{members}}}]}}";

    private static string Request(string members, string before = "", string after = "") =>
        $"{{{before}\"inputs\":[{{\"name\":\"input\",\"shape\":[2,3,16,16],\"datatype\":\"FP32\"{(members.Length > 0 ? "," : "")}{members}}}]{after}}}";

    private static string Pictures(int count, string members) => $"{{\"inputs\":[{{\"name\":\"input\",\"shape\":[{count}],\"datatype\":\"BYTES\"{(members.Length > 0 ? "," : "")}{members}}}]}}";

    private static byte[] Framed(byte[] bytes)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return [.. length, .. bytes];
    }

    private Task<Reply> BinaryAsync(string json, byte[] tail) => server.PostAsync(Address, TestServer.Bytes([.. Encoding.UTF8.GetBytes(json), .. tail]), (JsonLength, $"{Encoding.UTF8.GetByteCount(json)}"));

    private static float[] Output(Reply reply)
    {
        Assert.True(reply.Status == 200, reply.Text);
        var output = reply.Json.GetProperty("outputs")[0];
        Assert.Equal(("features", "FP32"), (output.GetProperty("name").GetString(), output.GetProperty("datatype").GetString()));
        return [.. output.GetProperty("data").EnumerateArray().Select(value => value.GetSingle())];
    }

    private static float[] Binary(Reply reply)
    {
        Assert.True(reply.Status == 200, reply.Text);
        var length = int.Parse(reply.Headers[JsonLength], CultureInfo.InvariantCulture);
        using var json = JsonDocument.Parse(reply.Body.AsMemory(0, length));
        Assert.Equal(reply.Body.Length - length, json.RootElement.GetProperty("outputs")[0].GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        return MemoryMarshal.Cast<byte, float>(reply.Body.AsSpan(length)).ToArray();
    }
}
