using System.Text;
using System.Text.Json;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using TorchSharp;

namespace JustAlexNet.Weights.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class SafetensorsFileTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void What_the_safetensors_library_wrote_is_written_again_byte_for_byte()
    {
        var file = WeightsFile.Open(Repository.Golden("checkpoints", "model.safetensors"));

        SafetensorsFile.Write(scratch.At("again.safetensors"), (PickleDictionary)file.Root!, file.Metadata);

        Assert.Equal(new Dictionary<string, string> { ["format"] = "pt" }, file.Metadata);
        Assert.Equal(File.ReadAllBytes(file.Path), File.ReadAllBytes(scratch.At("again.safetensors")));
    }

    [Theory]
    [InlineData(torch.ScalarType.Float32)]
    [InlineData(torch.ScalarType.Float64)]
    [InlineData(torch.ScalarType.Float16)]
    [InlineData(torch.ScalarType.BFloat16)]
    [InlineData(torch.ScalarType.Byte)]
    [InlineData(torch.ScalarType.Int8)]
    [InlineData(torch.ScalarType.Int16)]
    [InlineData(torch.ScalarType.Int32)]
    [InlineData(torch.ScalarType.Int64)]
    [InlineData(torch.ScalarType.Bool)]
    [InlineData(torch.ScalarType.ComplexFloat32)]
    public void Every_type_comes_back_with_the_same_bits(torch.ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        using var numbers = torch.arange(24, torch.ScalarType.Float32);
        using var shaped = numbers.view(2, 3, 4);
        using var typed = shaped.to(type);
        using var tensor = typed.transpose(0, 2);
        using var scalar = typed.flatten().slice(0, 5, 6, 1).squeeze();
        using var empty = torch.empty(0, 3, dtype: type);
        var path = scratch.At("all.safetensors");

        SafetensorsFile.Write(path, new PickleDictionary { { "名字 \"x\"", tensor }, { "scalar", scalar }, { "empty", empty } });

        var state = (PickleDictionary)WeightsFile.Open(path).Root!;
        using var plain = tensor.contiguous();
        using var back = state.Require<StoredTensor>("名字 \"x\"", path).ToTensor();
        Assert.Equal(type, back.dtype);
        Assert.Equal([4, 3, 2], back.shape);
        Assert.True(plain.bytes.SequenceEqual(back.bytes));
        Assert.Empty(state.Require<StoredTensor>("scalar", path).Shape);
        Assert.Equal([0, 3], state.Require<StoredTensor>("empty", path).Shape);
        Assert.Empty(WeightsFile.Open(path).Metadata);
    }

    [Fact]
    public void Reader_written_from_the_description_alone_finds_what_PyTorch_finds_in_the_pth_file()
    {
        using var scope = torch.NewDisposeScope();
        var numbers = torch.arange(24, torch.ScalarType.Float32).view(2, 3, 4);
        torch.ScalarType[] types =
        [
            torch.ScalarType.Float64, torch.ScalarType.Float32, torch.ScalarType.Float16, torch.ScalarType.BFloat16, torch.ScalarType.Int64, torch.ScalarType.Int32, torch.ScalarType.Int16,
            torch.ScalarType.Int8, torch.ScalarType.Byte, torch.ScalarType.Bool,
        ];
        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var type in types) state[$"{type}"] = numbers.to(type).transpose(0, 2);
        TorchFile.Write(scratch.At("a.pth"), state);
        SafetensorsFile.Write(scratch.At("a.safetensors"), state, new Dictionary<string, string> { ["format"] = "pt", ["作者"] = "我" });

        using var report = JsonDocument.Parse(DebianPyTorch.RunOrSkip("read_safetensors.py", [scratch.At("a.safetensors"), scratch.At("a.pth")]));

        Assert.Equal(types.Select(type => $"{type}").Order(StringComparer.Ordinal), report.RootElement.GetProperty("same").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(10, report.RootElement.GetProperty("all").GetArrayLength());
        Assert.Equal("我", report.RootElement.GetProperty("metadata").GetProperty("作者").GetString());
    }

    [Fact]
    public void File_without_tensors_is_read()
    {
        SafetensorsFile.Write(scratch.At("none.safetensors"), [], new Dictionary<string, string> { ["a"] = "b" });

        var file = WeightsFile.Open(scratch.At("none.safetensors"));

        Assert.Empty((PickleDictionary)file.Root!);
        Assert.Equal("b", file.Metadata["a"]);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "its tensor 'b' begins at byte 4, expected 8: tensors overlap or leave a hole.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""", 16, "its tensor 'b' begins at byte 12, expected 8: tensors overlap or leave a hole.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 12, "its tensors take 8 bytes, 12 follow the header.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "its tensors take 8 bytes, 4 follow the header.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "its tensor 'a' has bytes 0 to 8, which is not its shape times 4.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "its tensor 'a' has bytes 0 to 0, which is not its shape times 4.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "its tensor 'a' has bytes 8 to 0, which is not its shape times 4.")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}""", 2, "its tensor 'a' is of type F8_E4M3, which is not supported.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,0]}}""", 0, "its tensor 'a' is not described by dtype, shape and data_offsets.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}}""", 2, "its tensor 'a' is not described by dtype, shape and data_offsets.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "its tensor 'a' is not described by dtype, shape and data_offsets.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "its header is not the JSON that it should be.")]
    [InlineData("""{"__metadata__":{"n":1}}""", 0, "its metadata 'n' is no text.")]
    [InlineData("""{"__metadata__":[]}""", 0, "its metadata is not a JSON object.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[[[[[1]]]]]],"data_offsets":[0,4]}}""", 4, "its header is not the JSON that it should be.")]
    [InlineData("""{"a":""", 0, "its header is not the JSON that it should be.")]
    public void Header_that_lies_is_refused_with_its_lie(string header, int bytes, string fault) =>
        Assert.StartsWith($"cannot read {scratch.At("made.safetensors")}: {fault}\n", Refusal(Made(header, bytes)), StringComparison.Ordinal);

    [Theory]
    [InlineData(100_000_001, "its header claims 100,000,001 bytes, expected at most 100,000,000.")]
    [InlineData(50_000_000, "its header claims 50,000,000 bytes of a file of 62.")]
    public void Header_longer_than_the_file_or_the_format_allows_is_refused_and_takes_no_memory(long claimed, string fault)
    {
        var path = Made("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,0]}}""", 0);
        var bytes = File.ReadAllBytes(path);
        BitConverter.TryWriteBytes(bytes, claimed);
        File.WriteAllBytes(path, bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(fault, Refusal(path), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void Value_that_is_no_tensor_or_of_a_type_unknown_there_is_a_mistake_and_leaves_no_file()
    {
        using var complex = torch.zeros(1, torch.ScalarType.ComplexFloat64);

        Assert.Contains("'epoch' is an integer, a safetensors file holds tensors only.",
            Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(scratch.At("x.safetensors"), new PickleDictionary { { "epoch", 7L } })).Message, StringComparison.Ordinal);
        Assert.Contains("which a safetensors file cannot hold.",
            Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(scratch.At("x.safetensors"), new PickleDictionary { { "c", complex } })).Message, StringComparison.Ordinal);
        Assert.Contains("'__metadata__' cannot be the name of a tensor",
            Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(scratch.At("x.safetensors"), new PickleDictionary { { "__metadata__", complex } })).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Reader_of_torch_save_alone_says_what_to_do_with_it() =>
        Assert.Contains("it is a safetensors file, not one of torch.save.\n  Convert it: justalexnet weights convert",
            Assert.Throws<WeightsException>(() => TorchFile.Read(Repository.Golden("checkpoints", "model.safetensors"))).Message, StringComparison.Ordinal);

    private static string Refusal(string path) => Assert.Throws<WeightsException>(() => WeightsFile.Open(path)).Message;

    private string Made(string header, int bytes)
    {
        var path = scratch.At("made.safetensors");
        var text = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)text.Length), .. text, .. new byte[bytes]]);
        return path;
    }
}
