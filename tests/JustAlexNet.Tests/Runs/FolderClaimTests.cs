using JustAlexNet.Inference;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>A folder belongs to one run at a time.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class FolderClaimTests : RunTestBase
{
    private string Folder => Scratch.At("out");

    private string Claim => Path.Combine(Folder, ".justalexnet.lock");

    private string Holder => Path.Combine(Folder, ".justalexnet.holder");

    [Fact]
    public void Second_run_in_a_folder_is_refused_while_the_first_lives()
    {
        using (var first = Run.Open(Options(epochs: 1)))
        {
            Assert.Matches(
                $@"^another run is writing to {System.Text.RegularExpressions.Regex.Escape(Folder)} \(process {Environment.ProcessId} on \S+, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\)\.\nWait for its end, or name another folder with `output`\.$",
                Assert.Throws<RunException>(() => Run.Open(Options())).Message);
            Assert.Throws<RunException>(() => Run.Open(Options().With(Overwrite, true)));
            Run.Open(Options(output: "other")).Dispose();
            Assert.Equal(TrainingOutcome.Finished, first.Execute().Outcome);
            Assert.Throws<RunException>(() => Run.Open(GoOn()));
        }
        Assert.DoesNotContain(Directory.GetFiles(Folder), file => Path.GetFileName(file).StartsWith('.'));
        using var second = Run.Open(GoOn());
        Assert.True(second.IsFinished);
    }

    [Fact]
    public void Run_that_is_refused_or_not_executed_leaves_no_folder()
    {
        using (Run.Open(Options())) Assert.True(File.Exists(Claim));
        Assert.False(Directory.Exists(Folder));
        Assert.Throws<DataException>(() => Run.Open(Options().With(DataFolder, Scratch.At("nowhere"))));
        Assert.False(Directory.Exists(Folder));
        Assert.Throws<RunException>(() => Run.Open(Options(side: 32).With(BatchSize, 11)));
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void What_a_killed_run_left_half_written_goes_with_the_next_one_and_what_somebody_is_writing_stays()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "previous_model.pth.k1ll3d00.justalexnet-attempt"), "half");
        File.WriteAllText(Path.Combine(Folder, "notes.k1ll3d00.tmp"), "not ours");
        using (var other = new Files.AtomicFile(Path.Combine(Folder, "best_model.onnx")))
        {
            using (var run = Run.Open(Options(epochs: 1))) Assert.Single(Directory.GetFiles(Folder, "*.justalexnet-attempt"));
            other.Commit();
        }
        Assert.Equal(["best_model.onnx", "notes.k1ll3d00.tmp"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Claim_of_a_process_that_was_killed_hinders_nobody()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Claim, "");
        File.WriteAllText(Holder, "process 1 on elsewhere, since 2020-01-01 00:00:00");
        using (Run.Open(Options())) Assert.StartsWith($"process {Environment.ProcessId} ", File.ReadAllText(Holder), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder));
    }
}
