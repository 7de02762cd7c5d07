using JustAlexNet.Diagnosis;
using JustAlexNet.Diagnosis.Tests;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using JustAlexNet.Training;

namespace JustAlexNet.Transfer.Tests;

/// <summary>Transfer on a machine whose kernels leave the last channels of a part unwritten.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class UnsafeNumericsTests : PretrainedFixture
{
    [Fact]
    public void Wrong_features_are_refused_and_taken_where_asked()
    {
        var options = Options() with { Guard = Spoilt(ArithmeticPart.Output) };
        var refusal = Assert.Throws<NumericsException>(() => TransferRun.Open(options));
        Assert.Contains("output in fp32 at batch ", refusal.Message, StringComparison.Ordinal);

        using var run = TransferRun.Open(options with { UnsafeNumerics = true });
        Assert.Contains(run.Notes, note => note.EndsWith("--unsafe-numerics: going on all the same.", StringComparison.Ordinal));
        Assert.Equal(TrainingOutcome.Finished, run.Run().Outcome);
        Assert.Contains("\"unsafe_numerics\": true", File.ReadAllText(Path.Combine(options.Output, "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_gradients_are_refused_where_the_network_learns_and_only_there()
    {
        var options = Options() with { Guard = Spoilt(ArithmeticPart.WeightGradient) };
        TransferRun.Open(options).Dispose();
        var refusal = Assert.Throws<NumericsException>(() => TransferRun.Open(options with { Mode = TransferMode.FineTune, Training = options.Training with { Epochs = 1 } }));
        Assert.Contains("weight gradient in ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Network_of_an_onnx_file_has_kernels_of_its_own()
    {
        var options = new TransferOptions
        {
            Data = Photos(), Backbone = Repository.At("tests", "Shared", "channel-means.onnx"), ImageSize = Side, Workers = 1, Cache = Cache, Output = Scratch.At("onnx"), Guard = Spoilt(ArithmeticPart.Output),
        };
        TransferRun.Open(options).Dispose();
    }

    private static ArithmeticGuard Spoilt(ArithmeticPart part) => new(new Spoilt(part), new ArithmeticMemory(null));
}
