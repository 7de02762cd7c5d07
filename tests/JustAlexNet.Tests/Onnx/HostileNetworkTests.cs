using Google.Protobuf;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Onnx.Format;
using JustAlexNet.TestSupport;
using JustAlexNet.Transfer.Tests;

namespace JustAlexNet.Onnx.Tests;

/// <summary>.onnx files that lie: what the campaign <c>onnx</c> found, each as it is refused now.</summary>
public sealed class HostileNetworkTests : IDisposable
{
    private static readonly SavedModelOptions Unsaid = new() { Preprocessing = Preprocessing.Squash(16) };

    private readonly Scratch scratch = new();

    private string Path => scratch.At("network.onnx");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("location", "a\0b", "asks for weights in a file whose name holds a zero byte")]
    [InlineData("location", "../weights.data", "asks for weights outside its own folder")]
    [InlineData("length", "2000000000", "asks for 2000000000 bytes from byte 4 on of ")]
    [InlineData("offset", "9", "asks for 4 bytes from byte 9 on of ")]
    public void Weights_elsewhere_that_cannot_be_there_are_refused_before_memory_is_taken(string key, string value, string expected)
    {
        TinyOnnx.Write(Path, batch: null, scale: "weights.data");
        Change(model => model.Graph.Initializer[0].ExternalData.Single(entry => entry.Key == key).Value = value);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refusal = Assert.Throws<OnnxException>(() => OnnxModel.Read(Path));

        Assert.StartsWith($"{Path} {expected}", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Weights_outside_its_folder_are_not_read_by_opening_it_either()
    {
        var path = scratch.At("inside", "network.onnx");
        TinyOnnx.Write(path, batch: null, scale: "weights.data");
        File.Move(scratch.At("inside", "weights.data"), scratch.At("weights.data"));
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        model.Graph.Initializer[0].ExternalData.Single(entry => entry.Key == "location").Value = "../weights.data";
        File.WriteAllBytes(path, model.ToByteArray());
        Assert.StartsWith($"{path} is no network that ONNX Runtime can run: ", Assert.Throws<OnnxException>(() => OnnxNetwork.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_is_named_twice_counts_once()
    {
        TinyOnnx.Write(Path, batch: null, scale: "weights.data");
        Change(model => model.Graph.Initializer[0].ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = "7" }));
        Assert.Equal(BitConverter.GetBytes(2f), OnnxModel.Read(Path).Graph.Initializer[0].RawData.ToByteArray());
    }

    [Theory]
    [InlineData(null, 70_000)]
    [InlineData(2_000_000_000, 2_000_000_000)]
    [InlineData(1_000_000, 224)]
    public void A_batch_that_is_too_large_to_be_tried_is_refused_by_its_shape(int? batch, int side)
    {
        TinyOnnx.Write(Path, batch, side);
        Assert.Equal($"{Path} takes {batch ?? 1} x {side} x {side} pixels at a time, expected 44739242 at most.\nExport the network for smaller pictures, or fewer at a time.", Assert.Throws<OnnxException>(() => OnnxNetwork.Open(Path)).Message);
    }

    [Theory]
    [InlineData(OnnxMetadata.RecipeKey, "{\"lr\":", "how it was trained: 'recipe' in its metadata is no JSON object")]
    [InlineData(OnnxMetadata.RecipeKey, "[1]", "how it was trained: 'recipe' in its metadata is no JSON object")]
    [InlineData(OnnxMetadata.PreprocessingKey, "{\"side\": 16, \"side\": 17}", "how its pictures are prepared: ")]
    [InlineData(OnnxMetadata.PreprocessingKey, "{\"\\ud800\": 16}", "how its pictures are prepared: ")]
    public void What_a_file_says_of_itself_in_no_way_that_can_be_read_is_refused(string key, string text, string expected)
    {
        TinyOnnx.Write(Path, batch: null);
        Change(model => model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = text }));
        var refusal = Assert.Throws<OnnxException>(() => SavedModel.Open(Path, key == OnnxMetadata.PreprocessingKey ? new() : Unsaid));
        Assert.StartsWith($"{Path} does not say in a way that can be used {expected}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_its_recipe_that_is_no_text_is_none()
    {
        TinyOnnx.Write(Path, batch: null);
        Change(model => model.MetadataProps.Add(new StringStringEntryProto { Key = OnnxMetadata.RecipeKey, Value = "{\"data\": \"\\ud800\"}" }));
        using var model = SavedModel.Open(Path, Unsaid);
        Assert.Null(Export.CheckPictures.RunData(model));
    }

    private void Change(Action<ModelProto> change)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path));
        change(model);
        File.WriteAllBytes(Path, model.ToByteArray());
    }
}
