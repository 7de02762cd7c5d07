using System.Text.Json;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using TorchSharp;

namespace JustAlexNet.Weights.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class GoldenCheckpointTests
{
    public static TheoryData<string> Readable =>
    [
        "zip.pth", "legacy.pth", "legacy-shared.pth", "old-densenet-names.pth", "model.safetensors", "dataparallel.pth", "compiled.pth", "parameter.pth", "strides.pth", "training.pth", "dtype-float16.pth", "dtype-bfloat16.pth",
        "dtype-float64.pth", "dtype-int8.pth", "dtype-uint8.pth", "dtype-int16.pth", "dtype-int32.pth", "dtype-int64.pth", "dtype-bool.pth",
    ];

    [Theory, MemberData(nameof(Readable))]
    public void File_of_PyTorch_holds_what_PyTorch_says_to_the_last_element(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Repository.Golden("checkpoints", "expected.json")));

        AssertSame(expected.RootElement.GetProperty(name), WeightsFile.Open(Repository.Golden("checkpoints", name)).Root, name);
    }

    [Fact]
    public void State_dictionary_keeps_its_order_and_that_it_is_an_OrderedDict()
    {
        var state = Assert.IsType<PickleDictionary>(TorchFile.Read(Repository.Golden("checkpoints", "zip.pth")));

        Assert.True(state.IsOrderedDict);
        Assert.Equal(
            ["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked", "3.weight", "3.bias"],
            state.Select(entry => (string)entry.Key));
    }

    [Fact]
    public void Channels_last_tensor_is_described_by_its_strides_and_read_contiguous()
    {
        var state = (PickleDictionary)TorchFile.Read(Repository.Golden("checkpoints", "strides.pth"))!;
        var stored = state.Require<StoredTensor>("channels_last", "strides.pth");

        Assert.Equal([48, 1, 12, 3], stored.Strides);
        using var tensor = stored.ToTensor();
        Assert.Equal([48, 16, 4, 1], tensor.stride());
    }

    [Theory]
    [InlineData("hostile-eval.pth", "it asks for __builtin__.eval; nothing of it was run.")]
    [InlineData("hostile-system.pth", "it asks for posix.system; nothing of it was run.")]
    [InlineData("whole-module.pth", "it asks for torch.nn.modules.container.Sequential; nothing of it was run.")]
    [InlineData("torchscript.pt", "it asks for TorchScript, a program (torch.jit.save); nothing of it was run.")]
    public void File_that_wants_more_than_weights_is_refused_by_name(string name, string reason)
    {
        var path = Repository.Golden("checkpoints", name);

        var error = Assert.Throws<WeightsException>(() => TorchFile.Read(path));

        Assert.Equal(
            $"cannot read {path}: {reason}\n  Weights are dictionaries, lists, numbers, texts and tensors: save them with torch.save(model.state_dict(), path).",
            error.Message);
        Assert.Equal(path, error.Path);
        Assert.False(File.Exists("justalexnet-pwned"));
    }

    [Fact]
    public void Every_file_of_the_list_is_either_read_or_refused_here()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Repository.Golden("checkpoints", "expected.json")));
        var refused = new[] { "hostile-eval.pth", "hostile-system.pth", "whole-module.pth", "torchscript.pt" };

        Assert.Equal(expected.RootElement.EnumerateObject().Select(row => row.Name).Order(), Readable.Select(row => row.Data).Concat(refused).Order());
        Assert.All(refused, name => Assert.Equal("refused", expected.RootElement.GetProperty(name).GetString()));
    }

    [Theory]
    [InlineData("zip.pth", WeightsFormat.TorchZip)]
    [InlineData("legacy.pth", WeightsFormat.TorchLegacy)]
    [InlineData("model.safetensors", WeightsFormat.Safetensors)]
    public void Format_is_told_by_the_content(string name, WeightsFormat format)
    {
        using var scratch = new Scratch();
        File.Copy(Repository.Golden("checkpoints", name), scratch.At("file.bin"));

        Assert.Equal(format, WeightsFile.Open(scratch.At("file.bin")).Format);
    }

    [Fact]
    public void Legacy_tensors_share_the_storage_that_they_shared_in_PyTorch()
    {
        var state = (PickleDictionary)TorchFile.Read(Repository.Golden("checkpoints", "legacy-shared.pth"))!;

        Assert.Equal([0L, 3L, 0L], state.Select(entry => ((StoredTensor)entry.Value!).Offset));
        Assert.Equal([1, 6], state.Require<StoredTensor>("t", "legacy-shared.pth").Strides);
    }

    private static void AssertSame(JsonElement expected, object? actual, string where)
    {
        switch (actual)
        {
            case StoredTensor tensor: AssertSame(expected, tensor, where); break;
            case PickleDictionary dictionary:
                var order = where.EndsWith(".safetensors", StringComparison.Ordinal) ? dictionary.Select(entry => $"{entry.Key}").ToList() : null;     // that library sorts
                var entries = expected.EnumerateObject().OrderBy(entry => order?.IndexOf(entry.Name)).ToList();
                Assert.Equal(entries.Select(entry => entry.Name), dictionary.Select(entry => $"{entry.Key}"));
                foreach (var (entry, found) in entries.Zip(dictionary)) AssertSame(entry.Value, found.Value, $"{where}.{entry.Name}");
                break;
            case IReadOnlyList<object?> list:
                Assert.Equal(expected.GetArrayLength(), list.Count);
                foreach (var (entry, found) in expected.EnumerateArray().Zip(list)) AssertSame(entry, found, where);
                break;
            case string text: Assert.Equal(expected.GetString(), text); break;
            case long integer: Assert.Equal(expected.GetInt64(), integer); break;
            case double number: Assert.Equal(expected.GetDouble(), number); break;
            case bool truth: Assert.Equal(expected.GetBoolean(), truth); break;
            case null: Assert.Equal(JsonValueKind.Null, expected.ValueKind); break;
            default: Assert.Fail($"{where} is a {actual.GetType()}"); break;
        }
    }

    private static void AssertSame(JsonElement expected, StoredTensor stored, string where)
    {
        using var scope = torch.NewDisposeScope();
        using var tensor = stored.ToTensor();
        using var numbers = tensor.to(torch.ScalarType.Float64).view(-1);
        Assert.Equal(expected.GetProperty("dtype").GetString(), ElementType.Name(tensor.dtype));
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), tensor.shape);
        Assert.True(tensor.is_contiguous(), where);
        Assert.Equal(expected.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()), numbers.data<double>().ToArray());
    }
}
