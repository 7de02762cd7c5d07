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
        "zip.pth", "dataparallel.pth", "compiled.pth", "parameter.pth", "strides.pth", "training.pth", "dtype-float16.pth", "dtype-bfloat16.pth",
        "dtype-float64.pth", "dtype-int8.pth", "dtype-uint8.pth", "dtype-int16.pth", "dtype-int32.pth", "dtype-int64.pth", "dtype-bool.pth",
    ];

    [Theory, MemberData(nameof(Readable))]
    public void File_of_PyTorch_holds_what_PyTorch_says_to_the_last_element(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Repository.Golden("checkpoints", "expected.json")));

        AssertSame(expected.RootElement.GetProperty(name), TorchFile.Read(Repository.Golden("checkpoints", name)), name);
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

    [Theory]
    [InlineData("legacy.pth", "it is in PyTorch's old format (before 1.6), which is not read yet.")]
    [InlineData("legacy-shared.pth", "it is in PyTorch's old format (before 1.6), which is not read yet.")]
    [InlineData("hostile-eval.pth", "it is in PyTorch's old format (before 1.6), which is not read yet.")]
    [InlineData("model.safetensors", "it is a safetensors file, a format that is not read yet.")]
    public void File_of_a_format_still_to_come_is_refused_with_the_format(string name, string reason)
    {
        var path = Repository.Golden("checkpoints", name);

        Assert.StartsWith($"cannot read {path}: {reason}\n", Assert.Throws<WeightsException>(() => TorchFile.Read(path)).Message, StringComparison.Ordinal);
    }

    private static void AssertSame(JsonElement expected, object? actual, string where)
    {
        switch (actual)
        {
            case StoredTensor tensor: AssertSame(expected, tensor, where); break;
            case PickleDictionary dictionary:
                Assert.Equal(expected.EnumerateObject().Select(entry => entry.Name), dictionary.Select(entry => $"{entry.Key}"));
                foreach (var (entry, found) in expected.EnumerateObject().Zip(dictionary)) AssertSame(entry.Value, found.Value, $"{where}.{entry.Name}");
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
