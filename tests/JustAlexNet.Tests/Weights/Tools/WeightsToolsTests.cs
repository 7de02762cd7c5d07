using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using TorchSharp;

namespace JustAlexNet.Weights.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class WeightsToolsTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Summary_lists_tensors_values_and_parameters()
    {
        var summary = WeightsSummary.Of(WeightsFile.Open(Repository.Golden("checkpoints", "training.pth")));

        Assert.Equal("model_state_dict", summary.State!.Entry);
        Assert.Equal(4 * 27 + 4 + 4 + 4 + 20 + 5, summary.Parameters);
        Assert.Equal(15, summary.Tensors.Count);
        Assert.Equal(("model_state_dict.0.weight", "float32", 108L), (summary.Tensors[0].Name, summary.Tensors[0].Type, summary.Tensors[0].Count));
        Assert.Contains(new ValueRow("args.note", "训练"), summary.Values);
        Assert.Contains(new ValueRow("history[1]", "[2, None]"), summary.Values);
        Assert.Contains(new ValueRow("__metadata__.format", "pt"), WeightsSummary.Of(WeightsFile.Open(Repository.Golden("checkpoints", "model.safetensors"))).Values);
    }

    [Fact]
    public void Summary_of_a_file_that_unfolds_is_cut()
    {
        var inner = new List<object?> { 1L, new PickleDictionary { { "a", 1L } } };
        for (var level = 0; level < 18; level++) inner = [inner, inner];
        TorchFile.Write(scratch.At("deep.pth"), new PickleDictionary { { "deep", inner } });

        var summary = WeightsSummary.Of(WeightsFile.Open(scratch.At("deep.pth")));

        Assert.True(summary.IsCut);
        Assert.Equal(100_000, summary.Values.Count);
        Assert.Null(summary.State);
        Assert.Contains("is not a state dictionary", summary.NoState, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zip.pth")]
    [InlineData("legacy.pth")]
    [InlineData("strides.pth")]
    [InlineData("dtype-bfloat16.pth")]
    [InlineData("dtype-bool.pth")]
    public void Conversion_there_and_back_keeps_every_value(string name)
    {
        var golden = Repository.Golden("checkpoints", name);
        Assert.Empty(WeightsConversion.Convert(golden, scratch.At("a.safetensors")));
        Assert.Empty(WeightsConversion.Convert(scratch.At("a.safetensors"), scratch.At("b.pt")));
        Assert.Empty(WeightsConversion.Convert(golden, scratch.At("c.pth")));

        Assert.True(Difference(golden, scratch.At("b.pt")).IsEqual);
        Assert.True(Difference(golden, scratch.At("c.pth")).IsEqual);
        Assert.Equal(WeightsFormat.Safetensors, WeightsFile.Open(scratch.At("a.safetensors")).Format);
        Assert.Equal(WeightsFormat.TorchZip, WeightsFile.Open(scratch.At("c.pth")).Format);
    }

    [Fact]
    public void What_a_safetensors_file_cannot_hold_is_listed()
    {
        var golden = Repository.Golden("checkpoints", "training.pth");

        Assert.Equal(["epoch", "arch", "optimizer_state_dict", "best_acc", "class_to_idx", "args", "history"], WeightsConversion.Convert(golden, scratch.At("a.safetensors")));
        Assert.Empty(WeightsConversion.Convert(golden, scratch.At("whole.pth")));
        Assert.Equal(8, ((PickleDictionary)TorchFile.Read(scratch.At("whole.pth"))!).Count);
        Assert.Contains("args", WeightsConversion.Convert(golden, scratch.At("part.pth"), entry: "model_state_dict"));
        Assert.Equal(9, ((PickleDictionary)TorchFile.Read(scratch.At("part.pth"))!).Count);
    }

    [Fact]
    public void Metadata_that_a_pth_file_cannot_hold_is_listed()
    {
        using var one = torch.ones(1);
        SafetensorsFile.Write(scratch.At("a.safetensors"), new PickleDictionary { { "w", one } }, new Dictionary<string, string> { ["format"] = "pt", ["author"] = "me" });

        Assert.Equal(["__metadata__.author"], WeightsConversion.Convert(scratch.At("a.safetensors"), scratch.At("a.pth")));
    }

    [Fact]
    public void Target_that_exists_is_replaced_only_when_asked()
    {
        var (golden, target) = (Repository.Golden("checkpoints", "zip.pth"), scratch.At("a.pth"));
        File.WriteAllText(target, "precious");

        Assert.Equal($"{target} is there already; it is left as it is.\n  Name another file, or pass `overwrite` to replace it.", Assert.Throws<WeightsException>(() => WeightsConversion.Convert(golden, target)).Message);
        Assert.Equal("precious", File.ReadAllText(target));
        WeightsConversion.Convert(golden, target, overwrite: true);
        Assert.True(TorchFile.IsWhole(target, out _));
    }

    [Fact]
    public void Type_that_safetensors_does_not_know_is_refused()
    {
        using var complex = torch.zeros(1, torch.ScalarType.ComplexFloat64);
        TorchFile.Write(scratch.At("c.pth"), new PickleDictionary { { "w", complex } });

        Assert.Contains("is of type complex128, which a .safetensors file cannot hold", Assert.Throws<WeightsException>(() => WeightsConversion.Convert(scratch.At("c.pth"), scratch.At("c.safetensors"))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch.At("c.safetensors")));
    }

    [Fact]
    public void Difference_names_what_differs_and_by_how_much()
    {
        using var scope = torch.NewDisposeScope();
        var nan = torch.tensor([float.NaN, float.PositiveInfinity, 1f]);
        TorchFile.Write(scratch.At("a.pth"), new PickleDictionary { { "same", nan }, { "value", torch.tensor([1f, 2f]) }, { "type", torch.ones(1) }, { "shape", torch.ones(2) }, { "nan", nan }, { "left", torch.ones(1) } });
        TorchFile.Write(scratch.At("b.pth"), new PickleDictionary
        {
            { "same", nan }, { "value", torch.tensor([1f, 2.5f]) }, { "type", torch.ones(1, torch.ScalarType.Float64) }, { "shape", torch.ones(3) }, { "nan", torch.tensor([0f, float.PositiveInfinity, 1f]) }, { "right", torch.ones(1) },
        });

        var difference = Difference(scratch.At("a.pth"), scratch.At("b.pth"));

        Assert.False(difference.IsEqual);
        Assert.Equal(["left"], difference.OnlyLeft);
        Assert.Equal(["right"], difference.OnlyRight);
        Assert.Equal([true, false, false, false, false], difference.Tensors.Select(t => t.IsEqual));
        Assert.Equal([0, 0.5, 0, null, double.NaN], difference.Tensors.Select(t => t.Largest));
        Assert.Equal(("float32", "float64"), (difference.Tensors[2].LeftType, difference.Tensors[2].RightType));
    }

    [Theory]
    [InlineData(torch.ScalarType.Int64)]
    [InlineData(torch.ScalarType.Bool)]
    [InlineData(torch.ScalarType.BFloat16)]
    [InlineData(torch.ScalarType.ComplexFloat32)]
    public void Difference_of_every_kind_of_number_is_seen_beyond_the_first_piece(torch.ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        var zeros = torch.zeros(3_000_000, type);
        var other = zeros.clone();
        other[2_999_999] = torch.ones(1, type)[0];
        if (type == torch.ScalarType.Int64) (zeros, other) = (zeros.add(1L << 60), other.add(1L << 60));       // one apart, where double precision has no room between
        TorchFile.Write(scratch.At("a.pth"), new PickleDictionary { { "w", zeros } });
        TorchFile.Write(scratch.At("b.pth"), new PickleDictionary { { "w", other } });

        Assert.Equal(1, Difference(scratch.At("a.pth"), scratch.At("b.pth")).Tensors.Single().Largest);
        Assert.True(Difference(scratch.At("a.pth"), scratch.At("a.pth")).IsEqual);
    }

    private static WeightsDifference Difference(string left, string right) => WeightsDifference.Between(WeightsFile.Open(left).FindState(), WeightsFile.Open(right).FindState());
}
