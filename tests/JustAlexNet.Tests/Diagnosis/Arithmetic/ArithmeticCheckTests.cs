using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Diagnosis.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class ArithmeticCheckTests
{
    private static readonly ModelVariant ResNet18 = ModelCatalogue.Find("resnet18")!;

    [Theory]
    [InlineData("alexnet", 63), InlineData("resnet18", 33), InlineData("resnet34", 32), InlineData("densenet121", 32), InlineData("densenet169", 32), InlineData("densenet201", 32)]
    public void Networks_are_computed_rightly_here(string name, int side)
    {
        var report = ArithmeticCheck.Sample(ModelCatalogue.Find(name)!, 7, side, [.. ArithmeticGuard.Learning(Precision.Fp32, 3), .. ArithmeticGuard.Learning(Precision.Bf16, 2)]);
        Assert.True(report.IsRight, report.Fault);
        Assert.Null(report.Fault);
        Assert.All(report.Findings, finding => Assert.InRange(finding.Error, 0, finding.Limit));
        Assert.Contains(report.Findings, finding => finding.Error > 0);       // float64 is something else
    }

    [Fact]
    public void Every_value_and_samples_of_them_find_the_same_layers_right()
    {
        var whole = ArithmeticCheck.Run(ResNet18, 7, 33, Uses(Precision.Fp32, 1, 3), whole: true);
        var sampled = ArithmeticCheck.Sample(ResNet18, 7, 33, Uses(Precision.Fp32, 1, 3));
        Assert.True(whole.IsRight, whole.Fault);
        Assert.Equal(whole.Findings.Select(finding => finding with { Error = 0, Channel = 0 }), sampled.Findings.Select(finding => finding with { Error = 0, Channel = 0 }));
        Assert.All(whole.Findings.Zip(sampled.Findings), pair => Assert.True(pair.Second.Error < 3 * pair.First.Error + 1e-6, $"{pair}"));
    }

    [Fact]
    public void Distinct_layers_are_found_with_their_shapes_once_each()
    {
        using var network = ResNet18.Create(1000, seed: null);
        var layers = CheckedLayer.Of(network, 224);
        Assert.Equal(
            [
                "conv1: convolution 7 x 7 stride 2, 3 x 224 x 224 to 64 x 112 x 112",
                "layer1.0.conv1: convolution 3 x 3, 64 x 56 x 56 to 64 x 56 x 56",
                "layer2.0.conv1: convolution 3 x 3 stride 2, 64 x 56 x 56 to 128 x 28 x 28",
                "layer2.0.conv2: convolution 3 x 3, 128 x 28 x 28 to 128 x 28 x 28",
                "layer2.0.downsample.0: convolution 1 x 1 stride 2, 64 x 56 x 56 to 128 x 28 x 28",
                "layer3.0.conv1: convolution 3 x 3 stride 2, 128 x 28 x 28 to 256 x 14 x 14",
                "layer3.0.conv2: convolution 3 x 3, 256 x 14 x 14 to 256 x 14 x 14",
                "layer3.0.downsample.0: convolution 1 x 1 stride 2, 128 x 28 x 28 to 256 x 14 x 14",
                "layer4.0.conv1: convolution 3 x 3 stride 2, 256 x 14 x 14 to 512 x 7 x 7",
                "layer4.0.conv2: convolution 3 x 3, 512 x 7 x 7 to 512 x 7 x 7",
                "layer4.0.downsample.0: convolution 1 x 1 stride 2, 256 x 14 x 14 to 512 x 7 x 7",
                "fc: linear, 512 to 1000",
            ],
            layers.Select(layer => $"{layer.Layer.Path}: {layer.Shape}"));
    }

    [Fact]
    public void Layers_of_a_fused_dense_block_are_found_each()
    {
        using var network = ModelCatalogue.Find("densenet121")!.Create(10, seed: null);
        var shapes = CheckedLayer.Of(network, 64).Select(layer => $"{layer.Shape}").ToList();
        Assert.Contains("convolution 1 x 1, 64 x 16 x 16 to 128 x 16 x 16", shapes);
        Assert.Contains("convolution 1 x 1, 992 x 2 x 2 to 128 x 2 x 2", shapes);
        Assert.Contains("convolution 1 x 1, 1024 x 4 x 4 to 512 x 4 x 4", shapes);
        Assert.Equal(58 + 3 + 1 + 4 + 1, shapes.Count);          // the blocks' 1 x 1, transitions, the first, 3 x 3 by size, the last
    }

    [Theory]
    [InlineData("output", false), InlineData("data gradient", false), InlineData("weight gradient", false)]
    [InlineData("output", true), InlineData("data gradient", true), InlineData("weight gradient", true)]
    public void Spoilt_last_channels_from_batch_2_on_are_caught(string part, bool whole)
    {
        var report = ArithmeticCheck.Run(ResNet18, 7, 33, Uses(Precision.Fp32, 1, 2, 4), whole, new Spoilt(Parts[part]));
        Assert.False(report.IsRight);
        var wrong = report.Findings.Where(finding => !finding.IsRight).ToList();
        Assert.All(wrong, finding => Assert.Equal(part, finding.Part));
        Assert.All(wrong, finding => Assert.InRange(finding.Channel, 480, 511));
        Assert.All(wrong, finding => Assert.InRange(finding.Error, 0.1, 2));
        Assert.Equal([2, 4], wrong.Select(finding => finding.BatchSize).Distinct().Order());
        Assert.Equal(part == "data gradient" ? ["layer4.0.conv2", "fc"] : ["layer4.0.conv1", "layer4.0.conv2", "layer4.0.downsample.0"], report.WrongLayers);
    }

    [Theory]
    [InlineData("output"), InlineData("data gradient"), InlineData("weight gradient")]
    public void One_wrong_channel_is_caught_by_samples_in_both_precisions(string part)
    {
        var report = ArithmeticCheck.Sample(ResNet18, 7, 33, [.. Uses(Precision.Fp32, 4), .. Uses(Precision.Bf16, 4)], new Spoilt(Parts[part], first: 511, count: 1));
        var wrong = report.Findings.Where(finding => !finding.IsRight).ToList();
        Assert.Equal(["bf16", "fp32"], wrong.Select(finding => finding.Precision).Distinct().Order(StringComparer.Ordinal));
        Assert.All(wrong, finding => Assert.Equal(511, finding.Channel));
        Assert.Equal(part == "data gradient" ? 4 : 6, wrong.Count);
    }

    [Fact]
    public void Limits_leave_room_for_rounding_and_none_for_a_missing_channel()
    {
        const double rounded = 1.0 / 256, summedByPicture = 0.016, missing = 0.2;        // the second with 32 pictures, seen without instructions for bf16
        foreach (var batch in new[] { 1, 2, 32, 256 })
        {
            Assert.Equal(1e-3, ArithmeticCheck.LimitOf(Precision.Fp32, batch));
            Assert.InRange(ArithmeticCheck.LimitOf(Precision.Bf16, batch), Math.Max(3 * rounded, 1.5 * summedByPicture * Math.Sqrt(batch / 32.0)), missing / 2);
        }
    }

    [Theory]
    [InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Values_that_are_no_number_are_wrong_and_said_to_be(double leftover)
    {
        var report = ArithmeticCheck.Sample(ResNet18, 7, 33, Uses(Precision.Fp32, 2), new Spoilt(ArithmeticPart.Output) { Leftover = leftover });
        Assert.False(report.IsRight);
        Assert.Contains("no finite number in channel 480, limit 1.0e-3", report.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_names_layer_error_limit_and_a_way_out()
    {
        var fault = ArithmeticCheck.Sample(ResNet18, 7, 33, [.. Uses(Precision.Fp32, 2), .. Uses(Precision.Bf16, 1)], new Spoilt(ArithmeticPart.WeightGradient)).Fault!;
        Assert.Matches(@"^this machine computes resnet18 wrongly: layer4\.0\.\S+ \(convolution \d x \d( stride 2)?, \d+ x \d x \d to 512 x 2 x 2\), weight gradient in fp32 at batch 2: off by \d\.\de[+-]\d of the largest value in channel \d{3}, limit 1\.0e-3; 2 other layers too\n\S", fault);
        Assert.Contains(Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA") is { Length: > 0 } ? "Unset ONEDNN_MAX_CPU_ISA" : ProcessorFeatures.Names.Contains("avx512f") ? "Set ONEDNN_MAX_CPU_ISA=AVX2" : "Use another machine", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_only_bf16_is_wrong_fp32_is_the_advice()
    {
        var wrong = new ArithmeticFinding("fc", "linear, 8 to 2", "bf16", 2, "output", 1, 0.4, 0.03);
        var right = wrong with { Precision = "fp32", Error = 1e-7, Limit = 1e-3 };
        Assert.Contains("or compute in fp32, which is right here", new ArithmeticReport("resnet18", [wrong, right]).Fault, StringComparison.Ordinal);
        Assert.DoesNotContain("or compute in fp32", new ArithmeticReport("resnet18", [wrong]).Fault, StringComparison.Ordinal);
        Assert.DoesNotContain("or compute in fp32", new ArithmeticReport("resnet18", [wrong, right with { Error = 1 }]).Fault, StringComparison.Ordinal);
    }

    private static readonly Dictionary<string, ArithmeticPart> Parts = new()
    {
        ["output"] = ArithmeticPart.Output,
        ["data gradient"] = ArithmeticPart.DataGradient,
        ["weight gradient"] = ArithmeticPart.WeightGradient,
    };

    private static ArithmeticUse[] Uses(Precision precision, params int[] batchSizes) => [.. batchSizes.Select(size => new ArithmeticUse(precision, size, Learns: true))];
}
