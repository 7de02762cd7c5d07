using Google.Protobuf;
using JustAlexNet.Onnx;
using JustAlexNet.Onnx.Format;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Transfer.Tests;

/// <summary>Weights that an .onnx file keeps in files beside it are taken from its own folder, or refused.</summary>
public sealed class OnnxModelTests : IDisposable
{
    private readonly Scratch scratch = new();

    [Fact]
    public void Weights_beside_the_file_become_part_of_it() =>
        Assert.Equal(BitConverter.GetBytes(2f), OnnxModel.Read(WithEntries(("location", "weights.bin"), ("offset", "4"), ("length", "4"))).Graph.Initializer[0].RawData);

    [Fact]
    public void An_entry_that_is_there_twice_counts_once() =>
        Assert.Equal(BitConverter.GetBytes(2f), OnnxModel.Read(WithEntries(("location", "weights.bin"), ("offset", "4"), ("offset", "0"))).Graph.Initializer[0].RawData);

    [Theory]
    [InlineData("../outside.bin", "asks for weights outside its own folder")]
    [InlineData("/etc/hostname", "asks for weights outside its own folder")]
    [InlineData("", "asks for weights outside its own folder")]
    [InlineData("wei\0ghts.bin", "a file whose name holds a zero byte")]
    [InlineData("missing.bin", "cannot be read to its end")]
    public void Another_place_is_refused(string location, string reason)
    {
        var path = WithEntries(("location", location));
        var refusal = Assert.Throws<OnnxException>(() => OnnxModel.Read(path));
        Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "4000000000")]
    [InlineData("400", null)]
    [InlineData("0", "9")]
    public void More_than_there_is_is_refused(string offset, string? length)
    {
        var path = WithEntries([("location", "weights.bin"), ("offset", offset), .. length is null ? Array.Empty<(string, string)>() : [("length", length)]]);
        var refusal = Assert.Throws<OnnxException>(() => OnnxModel.Read(path));
        Assert.Matches(@"tiny\.onnx asks for \d+ bytes from byte \d+ on of .*weights\.bin, which has 8\.", refusal.Message);
    }

    public void Dispose() => scratch.Dispose();

    private string WithEntries(params (string Key, string Value)[] entries)
    {
        File.WriteAllBytes(scratch.At("model", "weights.bin"), [0, 0, 0, 0, .. BitConverter.GetBytes(2f)]);
        var path = TinyOnnx.Write(scratch.At("model", "tiny.onnx"), batch: null, scale: "scale.bin");
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        var tensor = model.Graph.Initializer[0];
        tensor.ExternalData.Clear();
        tensor.ExternalData.Add(entries.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }));
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }
}
