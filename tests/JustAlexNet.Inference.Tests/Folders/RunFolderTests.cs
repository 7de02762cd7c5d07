using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

/// <summary>Folders that a run or an evaluation left, named in the place of photos.</summary>
public sealed class RunFolderTests : IDisposable
{
    private const string Shapes = "  Expected DIR/class/picture, or DIR/train/class/picture with DIR/val/class/picture beside it.";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Run_is_said_to_be_one_and_what_to_name_instead()
    {
        var run = scratch.With("run/best_model.pth", "run/latest_model.pth", "run/history.csv", "run/training_metrics.png", "run/confusion_matrix.png") + "/run";
        var head = $"{run} holds what justalexnet left of a run or an evaluation, and no photos\n";
        var rest = $"\n  To go on with the run: its photos, with `resume` auto and `output` {run}.\n  To use its model: predict or evaluate with `checkpoint` {run}/best_model.pth.";
        Assert.Equal($"{head}{Shapes}{rest}", Refusal(run));

        Directory.CreateDirectory(scratch.At("photos"));
        File.WriteAllText(scratch.At("run", "run.json"), "{\"data\": {\"folder\": \"PHOTOS\"}}".Replace("PHOTOS", $"{scratch.Folder}/photos", StringComparison.Ordinal));
        Assert.Equal($"{head}{Shapes} This run learned from {scratch.Folder}/photos.{rest}", Refusal(run));
        Assert.Equal($"{head}  Name pictures, or a folder that holds some. This run learned from {scratch.Folder}/photos.{rest}", Assert.Throws<DataException>(() => PictureList.Of([run])).Message);
    }

    [Theory]
    [InlineData("[]"), InlineData("{\"data\": 3}"), InlineData("{"), InlineData("{\"data\": {\"folder\": \"/nowhere/at/all\"}}")]
    public void Record_that_says_nothing_of_photos_is_done_without(string record)
    {
        var run = scratch.With("run/best_model.onnx") + "/run";
        File.WriteAllText(scratch.At("run", "run.json"), record);
        Assert.Equal($"{run} holds what justalexnet left of a run or an evaluation, and no photos\n{Shapes}\n  To use its model: predict or evaluate with `checkpoint` {run}/best_model.onnx.", Refusal(run));
    }

    [Fact]
    public void Evaluation_and_folder_of_runs_are_known_too()
    {
        scratch.With("evaluation/confusion_matrix.csv", "evaluation/confusion_matrix.png", "runs/a/best_model.pth", "runs/a/training_metrics.png");
        foreach (var folder in new[] { "evaluation", "runs" })
        {
            var path = $"{scratch.Folder}/{folder}";
            Assert.Equal($"{path} holds what justalexnet left of a run or an evaluation, and no photos\n{Shapes}", Refusal(path));
            Assert.StartsWith($"{path} holds what justalexnet left", Assert.Throws<DataException>(() => PictureList.Of([path])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Photos_beside_a_run_are_used_without_its_plots()
    {
        var folder = scratch.With("a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg", "best_model.pth", "training_metrics.png", "confusion_matrix.png");
        Assert.Equal(4, ImageFolder.Open(folder).Learned().Length);
        Assert.Equal(["a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg"], PictureList.Of([folder]).Select(path => Path.GetRelativePath(folder, path)));
        Assert.Equal([scratch.At("training_metrics.png")], PictureList.Of([scratch.At("training_metrics.png")]));       // named by itself it is a picture
    }

    private static string Refusal(string folder) => Assert.Throws<DataException>(() => ImageFolder.Open(folder)).Message;
}
