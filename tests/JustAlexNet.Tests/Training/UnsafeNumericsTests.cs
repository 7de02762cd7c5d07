using JustAlexNet.Diagnosis;
using JustAlexNet.Diagnosis.Tests;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Training.Tests;

/// <summary>Runs on a machine whose kernels leave the last channels of a result unwritten.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class UnsafeNumericsTests : RunTestBase
{
    private static ArithmeticGuard Spoilt => new(new Spoilt(ArithmeticPart.Output), new ArithmeticMemory(null));

    [Fact]
    public void Machine_that_computes_wrongly_is_refused_before_anything_is_written()
    {
        var options = Options(output: "new") with { Guard = Spoilt };
        var refusal = Assert.Throws<NumericsException>(() => Run(options));
        Assert.Contains("this machine computes resnet18 wrongly: layer4.0.", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--unsafe-numerics", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(options.Output));
    }

    [Fact]
    public void Refused_run_leaves_the_one_that_it_would_have_replaced()
    {
        var options = Options(epochs: 1);
        Run(options);
        var before = File.ReadAllBytes(Path.Combine(options.Output, "best_model.pth"));
        Assert.Throws<NumericsException>(() => Run(options with { Overwrite = true, Guard = Spoilt }));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(options.Output, "best_model.pth")));
    }

    [Fact]
    public void Unsafe_numerics_goes_on_says_so_and_is_recorded_and_asked_for_again_on_resuming()
    {
        var options = Options(epochs: 1) with { Guard = Spoilt, UnsafeNumerics = true };
        using (var run = TrainingRun.Open(options))
        {
            Assert.Contains(run.Notes, note => note.StartsWith("this machine computes resnet18 wrongly", StringComparison.Ordinal) && note.EndsWith("going on all the same.", StringComparison.Ordinal));
            Assert.Equal(TrainingOutcome.Finished, run.Run().Outcome);
        }
        Assert.Contains("\"unsafe_numerics\": true", File.ReadAllText(Path.Combine(options.Output, "run.json")), StringComparison.Ordinal);

        var more = options with { Resume = "auto", Training = options.Training with { Epochs = 2 } };
        Assert.Throws<NumericsException>(() => TrainingRun.Open(more with { UnsafeNumerics = false }, new HashSet<string> { "epochs" }));
        using var resumed = TrainingRun.Open(more, new HashSet<string> { "epochs" });
        Assert.Equal(TrainingOutcome.Finished, resumed.Run().Outcome);
        Assert.Equal(2, resumed.Trainer.Position.Epoch);
    }

    [Fact]
    public void Machine_that_computes_rightly_is_not_mentioned()
    {
        using var run = TrainingRun.Open(Options() with { Guard = new(LayerComputation.Real, new ArithmeticMemory(null)) });
        Assert.DoesNotContain(run.Notes, note => note.Contains("machine", StringComparison.Ordinal));
    }
}
