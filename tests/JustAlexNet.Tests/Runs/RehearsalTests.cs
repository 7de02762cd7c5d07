using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Transfer;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>What a run will take is said before it begins, and a rehearsal puts one batch through everything and keeps nothing.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class RehearsalTests : PretrainedFixture
{
    [Fact]
    public void Outlook_counts_epochs_steps_memory_and_disk()
    {
        using var run = Run.Open(Train(), new RunEnvironment { FreeSpace = _ => 1L << 40 });
        Assert.Equal((3, 5, 15L, 4, 1L << 40), (run.Outlook.Epochs, run.Outlook.StepsPerEpoch, run.Outlook.Steps, run.Outlook.Checkpoints, run.Outlook.DiskFree));
        Assert.InRange(run.Outlook.Memory!.Value, 200L << 20, 2L << 30);
        run.Execute();
        Assert.InRange(run.Outlook.Checkpoint!.Value, 0.99 * new FileInfo(run.Files.Latest).Length, 1.01 * new FileInfo(run.Files.Latest).Length);
    }

    [Fact]
    public void Checkpoints_that_have_no_room_are_refused_with_what_would_do()
    {
        var fault = Assert.Throws<RunException>(() => Run.Open(Train(), new RunEnvironment { FreeSpace = _ => 100 << 20 }));
        Assert.Equal(
            $"4 checkpoints of 85 MiB may stand in {Scratch.At("out")}, and 0.1 GiB are free: too little for 2, a new one beside what it replaces.\n" +
            "Free some space (0.3 GiB is enough, 0.2 GiB the least), or name another folder with `output`.", fault.Message);
        Assert.False(Directory.Exists(Scratch.At("out")));
        using var run = Run.Open(Train(), new RunEnvironment { FreeSpace = _ => 200 << 20 });
        Assert.Contains($"4 checkpoints of 85 MiB may stand in {Scratch.At("out")}, and 0.2 GiB are free: what cannot be written is tried again later", run.Notes);
    }

    [Theory]
    [InlineData("train", 4, 4), InlineData("finetune", 6, 4), InlineData("head", 8, 6), InlineData("linear head", 8, 6)]
    public void One_batch_goes_through_everything_and_nothing_is_kept(string kind, int trained, int validated)
    {
        var recipe = kind switch
        {
            "train" => Train(), "finetune" => Tuned(epochs: 3).With(BatchSize, 4), "head" => Options(), _ => Options().With(TransferSettings.Head, HeadKind.Linear),
        };
        var done = Rehearse(recipe);
        Assert.Equal((trained, validated), (done.Trained, done.Validated));
        Assert.True(done.Checkpoint > 1 << 20);
        Assert.False(Directory.Exists(Scratch.At("out")));
    }

    [Fact]
    public void Run_that_goes_on_is_rehearsed_too_and_stays_as_it_is()
    {
        RunSteps.ExecuteUntil(7, Train());
        var before = Listed();
        Rehearse(Train().With(Resume, "auto"));
        Assert.Equal(before, Listed());

        List<(string, DateTime)> Listed() => [.. Directory.GetFileSystemEntries(Scratch.At("out")).Order(StringComparer.Ordinal).Select(file => (file, File.GetLastWriteTimeUtc(file)))];
    }

    [Fact]
    public void What_would_end_the_run_ends_the_rehearsal()
    {
        var recipe = Train();
        File.WriteAllText(Directory.GetFiles(Path.Combine(Photos(), "train", "dress")).Order(StringComparer.Ordinal).First(), "junk");
        Assert.Throws<Inference.DataException>(() => Rehearse(recipe));
        Assert.False(Directory.Exists(Scratch.At("out")));
    }

    private static RehearsalResult Rehearse(Recipe recipe)
    {
        Rehearsal small;
        using (var run = Run.Open(recipe)) small = Rehearsal.Of(run);
        return small.Execute();
    }

    private Recipe Train() => new(TrainSettings.Schema)
    {
        { DataFolder, Photos() }, { TrainSettings.Model, Models.ModelCatalogue.Find("resnet18")! }, { TrainSettings.ImageSize, Side }, { BatchSize, 4 }, { Epochs, 3 }, { Output, Scratch.At("out") },
    };
}
