using JustAlexNet.Diagnosis;
using JustAlexNet.Diagnosis.Tests;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>Runs on a machine whose kernels leave the last channels of a result unwritten.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class UnsafeNumericsTests : RunTestBase
{
    private static readonly RunEnvironment Wrong = new() { Guard = new(new Spoilt(ArithmeticPart.Output), new ArithmeticCache(null)) };

    [Fact]
    public void Machine_that_computes_wrongly_is_refused_before_anything_is_written()
    {
        var options = Options(output: "new");
        var refusal = Assert.Throws<NumericsException>(() => Run.Open(options, Wrong));
        Assert.Contains("this machine computes resnet18 wrongly: layer4.0.", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("`unsafe_numerics`", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(options.Get(Output)));
    }

    [Fact]
    public void Refused_run_leaves_the_one_that_it_would_have_replaced()
    {
        var options = Options(epochs: 1);
        Execute(options);
        var before = File.ReadAllBytes(Files(options).Best);
        Assert.Throws<NumericsException>(() => Run.Open(options.With(Overwrite, true), Wrong));
        Assert.Equal(before, File.ReadAllBytes(Files(options).Best));
    }

    [Fact]
    public void Unsafe_numerics_goes_on_says_so_and_is_recorded_and_asked_for_again_on_resuming()
    {
        var options = Options(epochs: 1).With(UnsafeNumerics, true);
        using (var run = Run.Open(options, Wrong))
        {
            Assert.Contains(run.Notes, note => note.StartsWith("this machine computes resnet18 wrongly", StringComparison.Ordinal) && note.EndsWith("going on all the same.", StringComparison.Ordinal));
            Assert.Equal(TrainingOutcome.Finished, run.Execute().Outcome);
        }
        Assert.Contains("\"unsafe_numerics\": true", File.ReadAllText(Files(options).Record), StringComparison.Ordinal);

        var more = GoOn().With(Epochs, 2);
        Assert.Throws<NumericsException>(() => Run.Open(more, Wrong));
        using var resumed = Run.Open(more.With(UnsafeNumerics, true), Wrong);
        Assert.Equal(TrainingOutcome.Finished, resumed.Execute().Outcome);
        Assert.Equal(2, resumed.Position.Epoch);
    }

    [Fact]
    public void Machine_that_computes_rightly_is_not_mentioned()
    {
        using var run = Run.Open(Options(), new RunEnvironment { Guard = new(LayerComputation.Real, new ArithmeticCache(null)) });
        Assert.DoesNotContain(run.Notes, note => note.Contains("machine", StringComparison.Ordinal));
    }
}
