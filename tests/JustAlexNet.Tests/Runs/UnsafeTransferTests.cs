using JustAlexNet.Diagnosis;
using JustAlexNet.Diagnosis.Tests;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>Transfer on a machine whose kernels leave the last channels of a part unwritten.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class UnsafeTransferTests : PretrainedFixture
{
    [Fact]
    public void Wrong_features_are_refused_and_taken_where_asked()
    {
        var (options, environment) = (Options(), Spoilt(ArithmeticPart.Output));
        var refusal = Assert.Throws<NumericsException>(() => Run.Open(options, environment));
        Assert.Contains($"output in {(ProcessorFeatures.HasBfloat16 ? "bf16" : "fp32")} at batch ", refusal.Message, StringComparison.Ordinal);

        using var run = Run.Open(options.With(UnsafeNumerics, true), environment);
        Assert.Contains(run.Notes, note => note.EndsWith("`unsafe_numerics`: going on all the same.", StringComparison.Ordinal));
        Assert.Equal(TrainingOutcome.Finished, run.Execute().Outcome);
        Assert.Contains("\"unsafe_numerics\": true", File.ReadAllText(run.Files.Record), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_gradients_are_refused_where_the_network_learns_and_only_there()
    {
        var environment = Spoilt(ArithmeticPart.WeightGradient);
        Run.Open(Options(), environment).Dispose();
        var refusal = Assert.Throws<NumericsException>(() => Run.Open(Tuned(epochs: 1), environment));
        Assert.Contains("weight gradient in ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Network_of_an_onnx_file_has_kernels_of_its_own() =>
        Run.Open(OnnxOptions(Repository.At("tests", "Shared", "channel-means.onnx"), Side), Spoilt(ArithmeticPart.Output)).Dispose();

    private static RunEnvironment Spoilt(ArithmeticPart part) => new() { Guard = new(new Spoilt(part), new ArithmeticCache(null)) };
}
