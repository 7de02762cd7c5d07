using JustAlexNet.Inference;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;

namespace JustAlexNet.Runs.Tests;

/// <summary>Listeners hear a run to its end, whatever becomes of it and of each other.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class ListenerTests : RunTestBase
{
    [Theory]
    [InlineData(nameof(TrainingListener.Started)), InlineData(nameof(TrainingListener.PhaseStarted)), InlineData(nameof(TrainingListener.StepDone)), InlineData(nameof(TrainingListener.ValidationStarted))]
    [InlineData(nameof(TrainingListener.EpochDone)), InlineData(nameof(TrainingListener.PhaseEnded)), InlineData(nameof(TrainingListener.Ended)), InlineData(nameof(TrainingListener.Dispose))]
    public void Listener_that_throws_is_named_once_and_left_out_and_the_run_ends_as_without_it(string news)
    {
        Execute(Options(output: "plain"));
        var (witness, broken) = (new Heard(), new Heard { ThrowsAt = news });
        Assert.Equal(TrainingOutcome.Finished, Execute(Options(), witness, broken).Outcome);

        Assert.Equal(Content(Files(Options(output: "plain")).Latest), Content(Files(Options()).Latest));
        Assert.Equal(["Heard is left out from here on, the run goes on: InvalidOperationException: no " + news], witness.Warnings);
        Assert.Equal(1, broken.News.Count(heard => heard == news));
        var end = new[] { nameof(TrainingListener.Ended), nameof(TrainingListener.Dispose) };
        Assert.Equal(end, broken.News[^2..]);
        if (!end.Contains(news)) Assert.Equal([news, .. end], broken.News[^3..]);
    }

    [Fact]
    public void Whole_run_is_heard_in_order()
    {
        var heard = new Heard();
        Execute(Options(epochs: 1), heard);
        Assert.Equal(["Started", "PhaseStarted", "StepDone", "StepDone", "StepDone", "ValidationStarted", "EpochDone", "PhaseEnded", "Ended", "Dispose"], heard.News);
        Assert.Equal((TrainingOutcome.Finished, null), (heard.End!.Outcome, heard.End.Fault));
    }

    [Fact]
    public void Every_listener_hears_the_end_after_an_error_too_and_is_disposed()
    {
        var (options, first, broken, last) = (Options(epochs: 1), new Heard(), new Heard { ThrowsAt = nameof(TrainingListener.PhaseStarted) }, new Heard());
        File.WriteAllText(Directory.GetFiles(Path.Combine(options.Get(Recipes.CommonSettings.DataFolder), "val", "hat"))[0], "junk");
        var fault = Assert.Throws<DataException>(() => Execute(options, first, broken, last));
        Assert.All([first, broken, last], listener =>
        {
            Assert.Equal(["Ended", "Dispose"], listener.News[^2..]);
            Assert.Equal((null, fault), (listener.End!.Outcome, listener.End.Fault));
        });
        Assert.Single(first.Warnings);
        Assert.Single(last.Warnings);
    }

    [Fact]
    public void Listener_of_a_run_that_is_not_executed_is_disposed_with_it()
    {
        var heard = new Heard();
        using (var run = Run.Open(Options())) run.Add(heard);
        Assert.Equal(["Dispose"], heard.News);
    }

    [Fact]
    public void Start_says_what_the_run_is()
    {
        var heard = new Heard();
        Execute(Options(epochs: 1), heard);
        Assert.Equal(("train", Files(Options()).Folder), (heard.Start!.Verb, heard.Start.Folder));
        Assert.Equal(["dress", "hat", "pants"], heard.Start.Classes);
        Assert.Equal((4, "resnet18"), (heard.Start.Recipe["batch_size"], heard.Start.Recipe["model"]));
    }

    private sealed class Heard : TrainingListener
    {
        public List<string> News { get; } = [];

        public List<string> Warnings { get; } = [];

        public RunStart? Start { get; private set; }

        public RunEnd? End { get; private set; }

        public string? ThrowsAt { get; init; }

        public override void Started(RunStart run)
        {
            Start = run;
            Hear();
        }

        public override void PhaseStarted(TrainingPhase phase) => Hear();

        public override void StepDone(Trainer trainer) => Hear();

        public override void ValidationStarted(Trainer trainer) => Hear();

        public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest) => Hear();

        public override void PhaseEnded(TrainingPhase phase, TrainingOutcome outcome) => Hear();

        public override void Warned(string message) => Warnings.Add(message);

        public override void Ended(RunEnd end)
        {
            End = end;
            Hear();
        }

        public override void Dispose()
        {
            base.Dispose();
            Hear();
        }

        private void Hear([System.Runtime.CompilerServices.CallerMemberName] string news = "")
        {
            News.Add(news);
            if (news == ThrowsAt) throw new InvalidOperationException("no " + news);
        }
    }
}
