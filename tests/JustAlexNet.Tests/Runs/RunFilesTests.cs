using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>The files of a run agree with each other, wherever a process ended.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class RunFilesTests : RunTestBase
{
    [Fact]
    public void Best_model_is_written_before_what_calls_it_the_best()
    {
        var options = Options(epochs: 1);
        var files = Files(options);
        Execute(options, new InTheWay(files.Latest));      // as if the program ended there
        Assert.Equal(1, Checkpoint.Read(files.Best).Position.Epoch);
        Directory.Delete(files.Latest, recursive: true);
        File.Delete(files.History);

        using (var run = Run.Open(options.With(Resume, "auto")))
        {
            Assert.Equal((files.Best, false), (run.ResumedFrom, run.IsFinished));
            run.Execute();
        }
        Assert.Equal(Content(files.Best), Content(files.Latest));
        Assert.Equal(2, File.ReadLines(files.History).Count());
        using var again = Run.Open(options.With(Resume, "auto"));
        Assert.True(again.IsFinished);
    }

    [Theory]
    [InlineData("older"), InlineData("damaged"), InlineData("none")]
    public void Best_model_that_is_not_the_best_of_the_history_is_made_again(string left)
    {
        Execute(Options(epochs: 1));
        Execute(Options(output: "other", epochs: 1).With(Seed, 1));
        var files = Files(Options());
        var best = Content(files.Best);
        File.Delete(files.Best);
        if (left == "older") File.Copy(new RunFolder(Scratch.At("other")).Best, files.Best);
        else if (left == "damaged") File.WriteAllText(files.Best, "cut");

        using var stop = new CancellationTokenSource();
        stop.Cancel();      // after the first step
        using var run = Run.Open(Options(epochs: 2).With(Resume, files.Latest));
        Assert.Equal(files.Best, run.Execute(stop.Token).BestSaved);
        Assert.Equal(best, Content(files.Best));
        Assert.NotEqual(best, Content(files.Latest));
    }

    [Fact]
    public void Best_model_of_the_earlier_run_is_the_last_file_to_go()
    {
        var files = new RunFolder(Scratch.At("run"));
        Directory.CreateDirectory(Path.Combine(files.Folder, "history.csv"));      // cannot be deleted as a file
        foreach (var file in new[] { files.Best, files.Latest, files.Classes }) File.WriteAllText(file, "old");
        Assert.ThrowsAny<UnauthorizedAccessException>(() => files.Begin("new", replaces: true));
        Assert.Equal("old", File.ReadAllText(files.Classes));
        Assert.Equal("old", File.ReadAllText(files.Best));

        Directory.Delete(Path.Combine(files.Folder, "history.csv"));
        files.Begin("new", replaces: true);
        Assert.Equal(["class_to_idx.json"], Directory.GetFiles(files.Folder).Select(Path.GetFileName));
        Assert.Equal("new", File.ReadAllText(files.Classes));
    }

    private sealed class InTheWay(string path) : TrainingListener
    {
        public override void PhaseStarted(TrainingPhase phase) => Directory.CreateDirectory(Path.Combine(path, "in the way"));
    }
}
