using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using JustAlexNet.Weights;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>Checkpoints beside a run that goes on: which there are, what they share, and what becomes of one that cannot be written.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class SavingTests : RunTestBase
{
    [Fact]
    public void Newest_two_states_are_kept()
    {
        var files = Files(Options());
        Execute(Every("1epoch", epochs: 3));
        Assert.Equal((new TrainingPosition(3, 0), new TrainingPosition(2, 0)), (Checkpoint.Read(files.Latest).Position, Checkpoint.Read(files.Previous).Position));
    }

    [Fact]
    public void Newest_that_is_damaged_gives_way_to_the_one_before_and_does_not_take_its_place()
    {
        var options = Every("1step");
        ExecuteUntil(5, options);
        var files = Files(options);
        var before = Checkpoint.Read(files.Previous).Position;      // a step or two back, as the disk was fast
        Corrupt(files.Latest);
        Corrupt(files.Best);

        using (var run = Run.Open(options.With(Resume, "auto")))
        {
            Assert.Equal((files.Previous, before), (run.ResumedFrom, run.Position));
            Assert.Equal(2, run.Notes.Count(note => note.StartsWith("passed over: ", StringComparison.Ordinal)));
            using var stop = new CancellationTokenSource();
            stop.Cancel();      // after the next step
            run.Execute(stop.Token);
        }
        Assert.Equal((before with { Step = before.Step + 1 }, before), (Checkpoint.Read(files.Latest).Position, Checkpoint.Read(files.Previous).Position));
    }

    [Fact]
    public void Best_epoch_that_is_the_newest_too_is_one_file_with_two_names()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There they are two files.");
        var options = Options(epochs: 1);
        Execute(options);
        var files = Files(options);
        using (var best = new FileStream(files.Best, FileMode.Open)) best.SetLength(100);
        Assert.Equal(100, new FileInfo(files.Latest).Length);
    }

    [Fact]
    public void Often_saved_or_hardly_ever_it_learns_the_same()
    {
        foreach (var every in new[] { "1step", "1000h" }) Execute(Every(every, output: every));
        string[] contents = [.. new[] { "1step", "1000h" }.Select(every => string.Join('\n', Content(new RunFolder(Scratch.At(every)).Latest).Split('\n').Where(line => !line.StartsWith("/options/checkpoint_every", StringComparison.Ordinal))))];
        Assert.Equal(contents[0], contents[1]);
    }

    [Fact]
    public void Copy_of_a_state_is_written_as_the_state_itself()
    {
        using var run = Run.Open(Options());
        run.Execute();
        var (trainer, identity) = (run.Plan.Loop!, new CheckpointIdentity(run.Data.Classes, run.Preprocessing, new Dictionary<string, object>(), Inference.DataRecord.Of(run.Data)));
        Checkpoint.Write(Scratch.At("itself.pth"), CheckpointState.Of(trainer), identity);
        using var copy = new CheckpointCopy();
        foreach (var _ in new[] { "new memory", "the same memory" })
        {
            TorchFile.Write(Scratch.At("copy.pth"), copy.Take(CheckpointState.Of(trainer), identity));
            Assert.Equal(File.ReadAllBytes(Scratch.At("itself.pth")), File.ReadAllBytes(Scratch.At("copy.pth")));
        }
    }

    [Fact]
    public void Estimate_of_a_checkpoint_is_its_size()
    {
        using var run = Run.Open(Options(epochs: 1));
        run.Execute();
        using var scope = TorchSharp.torch.NewDisposeScope();
        var estimate = Checkpoint.BytesOf(Checkpoint.Compose(CheckpointState.Of(run.Plan.Loop!), new CheckpointIdentity(run.Data.Classes, run.Preprocessing, new Dictionary<string, object>(), Inference.DataRecord.Of(run.Data))));
        Assert.InRange(new FileInfo(run.Files.Latest).Length, 0.99 * estimate, 1.01 * estimate);
    }

    [Fact]
    public void Room_that_is_missing_for_a_while_costs_no_file()
    {
        var room = new Room(from: 2, to: 3);
        var result = room.Execute(Every("1epoch", epochs: 3));
        var files = Files(Options());
        Assert.Equal(TrainingOutcome.Finished, result.Outcome);
        Assert.NotEmpty(room.Warnings);
        Assert.All(room.Warnings, warning => Assert.Matches(@"^cannot write .*_model\.pth: it takes \d+ MiB, and 10 MiB are free\n  Free some space, or name another place; what stood there before is untouched\.$", warning));
        Assert.Empty(result.FilesNotWritten);
        Assert.Equal(new TrainingPosition(3, 0), Checkpoint.Read(files.Latest).Position);
        Assert.Equal(result.Best, Checkpoint.Read(files.Best).History[^1]);
    }

    [Fact]
    public void Room_that_stays_missing_is_told_at_the_end_and_what_was_saved_stays()
    {
        var room = new Room(from: 2, to: int.MaxValue);
        var result = room.Execute(Every("1epoch"));
        var files = Files(Options());
        Assert.Equal(TrainingOutcome.Finished, result.Outcome);
        Assert.Contains(files.Latest, result.FilesNotWritten.Keys);
        Assert.Equal(new TrainingPosition(1, 0), Checkpoint.Read(files.Latest).Position);
        Assert.Equal(3, File.ReadLines(files.History).Count());
    }

    [Fact]
    public void Confusion_matrix_that_could_not_be_written_is_written_later()
    {
        Execute(Every("1epoch", output: "whole"));
        var (whole, options) = (new RunFolder(Scratch.At("whole")), Every("1epoch"));
        var files = Files(options);
        Directory.CreateDirectory(files.ConfusionTable);        // nothing can be put in its place
        var result = Execute(options, new AfterLastEpoch(2, () => Directory.Delete(files.ConfusionTable)));
        Assert.Empty(result.FilesNotWritten);
        Assert.Equal(File.ReadAllText(whole.ConfusionTable), File.ReadAllText(files.ConfusionTable));
    }

    [Theory]
    [InlineData(null), InlineData("other"), InlineData("junk")]
    public void Confusion_matrix_that_is_missing_of_another_epoch_or_damaged_is_measured_again_by_a_run_that_is_done(string? content)
    {
        var options = Every("1epoch");
        Execute(options);
        var files = Files(options);
        using (var done = Run.Open(options.With(Resume, "auto"))) Assert.True(done.IsFinished);
        var had = File.ReadAllText(files.ConfusionTable);
        if (content is null) File.Delete(files.ConfusionTable);
        else File.WriteAllText(files.ConfusionTable, content == "junk" ? content : Table(isRight: Checkpoint.Read(files.Best).History[^1].ValTop1 < 1));
        using (var run = Run.Open(options.With(Resume, "auto")))
        {
            Assert.False(run.IsFinished);
            run.Execute();
        }
        Assert.Equal(had, File.ReadAllText(files.ConfusionTable));
        using var again = Run.Open(options.With(Resume, "auto"));
        Assert.True(again.IsFinished);
    }

    private static string Table(bool isRight) => "true\\predicted,dress,hat,pants\ndress,2,0,0\n" + (isRight ? "hat,0,2,0\npants,0,0,2\n" : "hat,2,0,0\npants,2,0,0\n");

    private Recipe Every(string interval, int epochs = 2, string output = "out")
    {
        var recipe = Options(output: output, epochs: epochs);
        Assert.Null(recipe.Parse(FitSettings.CheckpointEvery, interval));
        return recipe;
    }

    // A file of its own: what shares its bytes stays as it is.
    private static void Corrupt(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[100_000] ^= 255;
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
    }

    private sealed class AfterLastEpoch(int epoch, Action act) : TrainingListener
    {
        public override void EpochDone(TrainingPhase phase, EpochRecord record, Inference.ClassificationReport validation, bool isBest)
        {
            if (record.Epoch == epoch) act();
        }
    }

    /// <summary>Too little of it, at some of the times that it is asked for while the run learns.</summary>
    private sealed class Room(int from, int to) : TrainingListener
    {
        private int asked;
        private bool learns;

        public List<string> Warnings { get; } = [];

        public RunResult Execute(Recipe recipe)
        {
            using var run = Run.Open(recipe, new RunEnvironment { FreeSpace = _ => learns && ++asked >= from && asked <= to ? 10 << 20 : 1L << 40 });
            run.Add(this);
            return run.Execute();
        }

        public override void PhaseStarted(TrainingPhase phase) => learns = true;

        public override void Warned(string message) => Warnings.Add(message);
    }
}
