using System.Text.Json;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using TorchSharp;

namespace JustAlexNet.Weights.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class RealPyTorchTests
{
    private static readonly string[] OpcodesOfTorch2 =
    [
        "APPEND", "APPENDS", "BINFLOAT", "BINGET", "BININT", "BININT1", "BININT2", "BINPERSID", "BINPUT", "BINUNICODE", "BUILD", "EMPTY_DICT", "EMPTY_LIST", "EMPTY_SET", "EMPTY_TUPLE",
        "GLOBAL", "LONG1", "LONG_BINGET", "LONG_BINPUT", "MARK", "NEWFALSE", "NEWOBJ", "NEWTRUE", "NONE", "PROTO", "REDUCE", "SETITEM", "SETITEMS", "SHORT_BINSTRING", "STOP",
        "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3",
    ];

    [Fact]
    public void PyTorch_reads_a_training_checkpoint_of_ours_with_every_value_equal()
    {
        using var scratch = new Scratch();
        using var scope = torch.NewDisposeScope();
        using var weight = torch.arange(24, torch.ScalarType.Float32).view(1, 3, 4, 2).permute(0, 3, 1, 2);
        using var half = torch.tensor([1f, 2.5f], torch.ScalarType.BFloat16);
        using var steps = torch.tensor(12L);
        using var random = torch.arange(4, torch.ScalarType.Byte);
        var path = scratch.At("best_model.pth");
        TorchFile.Write(path, new PickleDictionary
        {
            { "epoch", 7L }, { "arch", "训练" }, { "best", 0.625 }, { "seed", long.MinValue }, { "none", null }, { "flags", new PickleTuple(true, false, 70000L, 300L) },
            { "model_state_dict", new PickleDictionary(isOrderedDict: true) { { "w", weight }, { "half", half }, { "steps", steps } } },
            { "optimizer_state_dict", new PickleDictionary { { "state", new PickleDictionary { { 0L, new PickleDictionary { { "momentum_buffer", weight } } } } } } },
            { "random", random }, { "many", new List<object?>(Enumerable.Range(0, 400).Select(i => $"{i}")) }, { "dtype", torch.ScalarType.Float32 },
        });

        using var report = JsonDocument.Parse(DebianPyTorch.RunOrSkip("read_checkpoint.py", [path]));

        var root = report.RootElement.GetProperty("root");
        Assert.Equal("dict", root.GetProperty("kind").GetString());
        Assert.Equal(7, Entry(root, "epoch").GetInt64());
        Assert.Equal("训练", Entry(root, "arch").GetString());
        Assert.Equal(0.625, Entry(root, "best").GetDouble());
        Assert.Equal(long.MinValue, Entry(root, "seed").GetInt64());
        Assert.Equal("""{"kind": "tuple", "items": [true, false, 70000, 300]}""", Entry(root, "flags").GetRawText());
        Assert.Equal(400, Entry(root, "many").GetProperty("items").GetArrayLength());
        Assert.Equal("torch.float32", Entry(root, "dtype").GetString());
        var state = Entry(root, "model_state_dict");
        Assert.Equal("OrderedDict", state.GetProperty("kind").GetString());
        using var ordered = weight.contiguous();
        Assert.Equal(ordered.data<float>().Select(value => (double)value), Values(Entry(state, "w")));
        Assert.Equal("bfloat16", Entry(state, "half").GetProperty("dtype").GetString());
        Assert.Equal([1, 2.5], Values(Entry(state, "half")));
        Assert.Equal(Values(Entry(state, "w")), Values(Entry(Entry(Entry(Entry(root, "optimizer_state_dict"), "state"), 0), "momentum_buffer")));
        Assert.Equal([0, 1, 2, 3], Values(Entry(root, "random")));
    }

    [Fact]
    public void Weights_only_reader_opens_a_state_dictionary_of_ours()
    {
        using var scratch = new Scratch();
        using var weight = torch.ones(2, 3);
        TorchFile.Write(scratch.At("state.pth"), new PickleDictionary(isOrderedDict: true) { { "w", weight } });

        using var report = JsonDocument.Parse(DebianPyTorch.RunOrSkip("read_checkpoint.py", [scratch.At("state.pth"), "weights_only"]));

        Assert.Equal(report.RootElement.GetProperty("root").GetRawText(), report.RootElement.GetProperty("weights_only").GetRawText());
        Assert.Equal(Enumerable.Repeat(1.0, 6), Values(Entry(report.RootElement.GetProperty("weights_only"), "w")));
    }

    [Fact]
    public void Only_opcodes_and_names_are_written_that_the_weights_only_reader_of_torch_2_accepts()
    {
        using var scratch = new Scratch();
        var golden = (PickleDictionary)TorchFile.Read(Repository.Golden("checkpoints", "training.pth"))!;
        golden["large"] = 1L << 40;
        TorchFile.Write(scratch.At("training.pth"), golden);

        using var report = JsonDocument.Parse(DebianPyTorch.RunOrSkip("read_checkpoint.py", [scratch.At("training.pth")]));

        Assert.Subset(OpcodesOfTorch2.ToHashSet(), Strings(report, "opcodes"));
        Assert.Contains("LONG1", Strings(report, "opcodes"));
        Assert.Equal(
            ["collections OrderedDict", "torch FloatStorage", "torch LongStorage", "torch._utils _rebuild_tensor_v2"], Strings(report, "globals").Order(StringComparer.Ordinal));
    }

    private static HashSet<string> Strings(JsonDocument report, string name) => [.. report.RootElement.GetProperty(name).EnumerateArray().Select(value => value.GetString()!)];

    private static JsonElement Entry(JsonElement dictionary, object key) =>
        dictionary.GetProperty("entries").EnumerateArray().Single(entry => entry[0].ToString() == $"{key}")[1];

    private static IEnumerable<double> Values(JsonElement tensor) => tensor.GetProperty("values").EnumerateArray().Select(value => value.GetDouble());
}
