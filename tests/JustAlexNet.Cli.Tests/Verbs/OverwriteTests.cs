using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

/// <summary>A run that is to be replaced stays until the new one has something to put in its place; a run that is refused leaves nothing.</summary>
public sealed class OverwriteTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string photos, run;

    public OverwriteTests()
    {
        photos = Photos.Three(scratch);
        run = Path.Combine(scratch.Folder, "run");
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Refused_runs_leave_the_earlier_run_as_it_is_and_no_new_folder()
    {
        Assert.Equal(0, Here.Train(photos, run, "--epochs", "1").Code);
        var before = Files();
        string foreign = ForeignWeights.Write(scratch.At("resnet18.pth")), fresh = Path.Combine(scratch.Folder, "deep", "fresh");
        var cuda = Runtime.ComputeDevice.CudaCount > 0 ? "cuda:99" : "cuda";
        string[] train = ["train", photos, "--model", "resnet18", "--image-size", "64"], transfer = ["transfer", photos, "--pretrained", foreign, "--image-size", "64", "--no-cache"];
        string[][] refused =
        [
            [.. train, "--batch-size", "64"],
            [.. train, "--device", cuda],
            [.. train, "--precision", "fp16", "--device", "cpu"],
            [.. train, "--pretrained", "typo.pth"],
            [.. train, "--batch-size", "8", "--image-size", "32"],       // a last batch of one picture
            ["train", Path.Combine(photos, "cats")],
            ["transfer", photos, "--pretrained", "typo.pth"],
            [.. transfer, "--model", "densenet121"],
            [.. transfer, "--device", cuda],
            [.. transfer, "--folds", "99"],
            [.. transfer, "--head", "linear", "--batch-size", "64"],
            [.. transfer, "--mode", "finetune", "--batch-size", "64"],
            [.. transfer, "--mode", "finetune", "--unfreeze", "layer9"],
            [.. transfer, "--mode", "finetune", "--batch-norm", "train", "--batch-size", "8", "--image-size", "32"],
            ["transfer", photos, "--backbone", "onnx:none.onnx"],
        ];
        foreach (var line in refused)
        {
            var answer = Here.Run([.. line, "--output", run, "--overwrite"]);
            Assert.True(answer.Code is ExitCode.Failed or ExitCode.Usage, $"{string.Join(' ', line)}: {answer.Code}\n{answer.Out}{answer.Err}");
            Assert.Equal(before, Files());
            Assert.Equal(answer.Code, Here.Run([.. line, "--output", fresh]).Code);
            Assert.False(Directory.Exists(Path.GetDirectoryName(fresh)), $"{string.Join(' ', line)} left a folder");
        }
    }

    [Theory]
    [InlineData("train"), InlineData("transfer")]
    public void Run_that_fails_on_the_way_leaves_the_earlier_run_as_it_is(string verb)
    {
        Assert.Equal(0, Here.Train(photos, run, "--epochs", "1").Code);
        var before = Files();
        foreach (var photo in Directory.GetFiles(Path.Combine(photos, "cats"))) File.WriteAllText(photo, "no picture");
        string[] line = verb == "train" ? Here.TrainLine(photos, run) : ["transfer", photos, "--pretrained", ForeignWeights.Write(scratch.At("resnet18.pth")), "--image-size", "64", "--no-cache", "--output", run];
        var answer = Here.Run([.. line, "--overwrite"]);
        Assert.Equal(ExitCode.Failed, answer.Code);
        Assert.StartsWith("error: cannot read ", answer.Err, StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void Replaced_run_leaves_no_file_behind()
    {
        string[] transfer = ["transfer", photos, "--pretrained", ForeignWeights.Write(scratch.At("resnet18.pth")), "--image-size", "64", "--no-cache", "--output", run];
        Assert.Equal(0, Here.Run(transfer).Code);
        Assert.True(File.Exists(Path.Combine(run, "final_model.pth")));
        Assert.Equal(0, Here.Train(photos, run, "--epochs", "1", "--overwrite").Code);
        Assert.Equal(
            ["best_model.pth", "class_to_idx.json", "confusion_matrix.csv", "confusion_matrix.png", "history.csv", "latest_model.pth", "recipe.yaml", "run.json", "training_metrics.png"],
            Directory.GetFiles(run).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("\"train\"", File.ReadAllText(Path.Combine(run, "run.json")), StringComparison.Ordinal);
        Assert.Equal(0, Here.Run([.. transfer, "--overwrite"]).Code);
        Assert.False(File.Exists(Path.Combine(run, "latest_model.pth")));
    }

    [Fact]
    public void Run_may_begin_with_the_weights_of_the_run_that_it_replaces()
    {
        Assert.Equal(0, Here.Train(photos, run, "--epochs", "1").Code);
        var answer = Here.Train(photos, run, "--epochs", "1", "--pretrained", Path.Combine(run, "best_model.pth"), "--overwrite");
        Assert.True(answer.Code == 0, answer.Err);
        Assert.Contains("\"sha256\": \"", File.ReadAllText(Path.Combine(run, "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluation_that_came_to_nothing_leaves_no_folder()
    {
        Assert.Equal(0, Here.Train(photos, run, "--epochs", "1").Code);
        foreach (var photo in Directory.GetFiles(photos, "*", SearchOption.AllDirectories)) File.WriteAllText(photo, "no picture");
        Assert.Equal(ExitCode.Failed, Here.Run("evaluate", photos, "--checkpoint", Path.Combine(run, "best_model.pth"), "--split", "all", "--output", Path.Combine(scratch.Folder, "evaluation")).Code);
        Assert.False(Directory.Exists(Path.Combine(scratch.Folder, "evaluation")));
    }

    private string[] Files() => [.. Directory.GetFiles(run).Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(System.IO.Hashing.XxHash128.Hash(File.ReadAllBytes(file)))}")];
}
