using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class TransferTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Head_is_learnt_measured_and_taken_by_predict_and_evaluate()
    {
        var photos = Photos.Three(scratch, each: 6);
        var answer = Transfer(photos);

        Assert.Equal(("", 0), (answer.Err, answer.Code));
        Assert.Matches(
            @"^resnet18 from .*resnet18\.pth · 3 classes · 15 training / 3 validation photos \(.*photos\)\n" +
            @"cpu, 1 thread, \w+ · (?<precision>fp32|bf16) · channels-last · shorter side, crop 64 px · 1 loader thread · seed 0 · .*out/\n\k<precision>: the processor .*\n" +
            @"plan  1 epoch · memory about .*checkpoints up to 1 x 43 MiB.*\n\n" +
            @"features  18 of 18  0:0\d\n" +
            @"head      training top-1 \d\.\d{3}, validation top-1 \d\.\d{3}  0:0\d\n\n" +
            @"head  logistic, C [\d.Ee-]+ of \d+ tried by cross-validation \(.*\)\n" +
            @"best  val top-1 \d\.\d{3} \(95 % interval \d\.\d{3}-\d\.\d{3}, 3 photos\)  epoch 1   .*best_model\.pth\n" +
            @"(bf16  what the features were computed in; predict and evaluate compute in fp32, where a photo between two classes may change sides\n)?" +
            @"see   .*training_metrics\.png   .*confusion_matrix\.png\n" +
            @"next  justalexnet predict PHOTO --checkpoint .*best_model\.pth\n$", answer.Out);
        var best = Path.Combine(Out, "best_model.pth");
        Assert.Equal(0, Here.Run("predict", photos, "--checkpoint", best).Code);
        var measured = Here.Run("evaluate", photos, "--checkpoint", best, "--json", "--output", scratch.At("evaluation"));
        Assert.Contains("\"images\":3,", measured.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_begins_with_what_transfer_left()
    {
        var photos = Photos.Three(scratch);
        Transfer(photos);
        var answer = Here.Run("train", photos, "--pretrained", Path.Combine(Out, "best_model.pth"), "--model", "resnet18", "--image-size", "64", "--epochs", "1", "--batch-size", "4", "--output", scratch.At("trained"));
        Assert.Equal(0, answer.Code);
        Assert.True(File.Exists(scratch.At("trained", "best_model.pth")));
    }

    [Fact]
    public void Onnx_backbone_leaves_a_file_that_predict_and_evaluate_take()
    {
        var photos = Photos.Three(scratch, each: 6);
        var answer = Here.Run("transfer", photos, "--backbone", $"onnx:{Repository.At("tests", "Shared", "channel-means.onnx")}", "--image-size", "16", "--cache", scratch.At("cache"), "--output", Out);
        var best = Path.Combine(Out, "best_model.onnx");
        Assert.Equal(("", 0), (answer.Err, answer.Code));
        Assert.EndsWith($"next  justalexnet predict PHOTO --checkpoint {best}\n", answer.Out, StringComparison.Ordinal);

        var told = Here.Run("predict", photos, "--checkpoint", best, "--json");
        Assert.Equal((0, 18), (told.Code, told.Lines.Length));
        Assert.Contains(JsonDocument.Parse(told.Lines[0]).RootElement.GetProperty("predictions")[0].GetProperty("class").GetString(), new[] { "cats", "dogs", "owls" });
        var measured = Here.Run("evaluate", photos, "--split", "all", "--checkpoint", best, "--json", "--output", scratch.At("evaluation"));
        Assert.Contains("\"model\":\"best_model.onnx\"", measured.Out, StringComparison.Ordinal);
        Assert.Contains("\"images\":18,", measured.Out, StringComparison.Ordinal);
        var validated = Here.Run("evaluate", photos, "--checkpoint", best, "--output", scratch.At("validated"));
        Assert.Contains("the validation part that the checkpoint records", validated.Out, StringComparison.Ordinal);
        foreach (var verb in new[] { "train", "transfer", "predict" })
            Here.Run([verb, photos, "--pretrained", best]).IsBareRefusal(ExitCode.Failed,
                $"error: cannot read {best}: it seems to be an .onnx file, a whole network, not weights.",
                "  predict and evaluate take it by --checkpoint (its name ends in .onnx), transfer by --backbone onnx:FILE.");
    }

    [Fact]
    public void Second_run_takes_its_features_from_the_cache()
    {
        var photos = Photos.Three(scratch);
        Transfer(photos);
        Assert.Contains("features  12 of 12 (12 from the cache)", Transfer(photos, "--overwrite").Out, StringComparison.Ordinal);
        Assert.DoesNotContain("from the cache", Here.Run([.. Line(photos)[..^2], "--no-cache", "--overwrite"]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_output_belongs_to_json()
    {
        var answer = Transfer(Photos.Three(scratch), "--json", "--head", "linear", "--epochs", "3", "--early-stop-patience", "0");
        var lines = answer.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Equal(0, answer.Code);
        Assert.Equal([1, 2, 3], lines[..3].Select(line => line.GetProperty("epoch").GetInt32()));
        Assert.Equal("finished", lines[3].GetProperty("outcome").GetString());
        Assert.Equal(2, lines[3].GetProperty("val_top1_interval").GetArrayLength());
        Assert.Equal(3, lines[3].GetProperty("measured_on").GetInt32());
    }

    [Fact]
    public void Options_of_another_head_are_said_to_be_of_no_use() =>
        Assert.Equal(
            "note: not used: --epochs, --lr, for a logistic head has no epochs and no learning rate (--head linear has)\nnote: not used: --unfreeze, for --mode finetune\n",
            Transfer(Photos.Three(scratch), "--epochs", "3", "--lr", "0.1", "--unfreeze", "layer4").Err);

    [Fact]
    public void Fine_tuning_shows_head_and_epochs()
    {
        var answer = Transfer(Photos.Three(scratch), "--mode", "finetune", "--epochs", "1", "--unfreeze", "layer4");
        Assert.Equal(("", 0), (answer.Err, answer.Code));
        Assert.Matches(@"\nhead      training top-1 .*\nepoch       lr   train loss .*\n    1     0\.01 .*\n\n", answer.Out);
        Assert.Matches(@"\nhead alone  val top-1 \d\.\d{3} \(95 % interval ", answer.Out);
        Assert.True(File.Exists(Path.Combine(Out, "final_model.pth")));
    }

    [Fact]
    public void Missing_and_contradicting_options_are_refused()
    {
        var photos = Photos.Three(scratch);
        Here.Run("transfer", photos).IsBareRefusal(ExitCode.Usage, "error: --pretrained is missing: imagenet, a checkpoint of justalexnet, or weights of PyTorch", "  See: justalexnet transfer --help");
        Here.Run("transfer", photos, "--backbone", "x.onnx").IsBareRefusal(ExitCode.Usage, "error: --backbone is 'x.onnx', expected onnx:FILE", "  See: justalexnet transfer --help");
        Here.Run("transfer", photos, "--pretrained", "x", "--folds", "5", "--mode", "finetune")
            .IsBareRefusal(ExitCode.Usage, "error: --folds is for --mode head: fine-tuning once a fold would take hours", "  See: justalexnet transfer --help");
        Here.Run("transfer", photos, "--pretrained", "nothing.pth", "--output", Out)
            .IsBareRefusal(ExitCode.Failed, "error: cannot read nothing.pth: there is no such file.", "  Name a file of weights, for example checkpoints/best_model.pth.");
    }

    [Fact]
    public void Earlier_run_is_left_as_it_is()
    {
        var photos = Photos.Three(scratch);
        Transfer(photos);
        var answer = Transfer(photos);
        Assert.Equal(ExitCode.Failed, answer.Code);
        Assert.StartsWith($"error: {Out} holds a run already; it is left as it is.\n", answer.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_photo_is_an_error_or_left_out()
    {
        var photos = Photos.Three(scratch, each: 6);
        File.WriteAllText(Path.Combine(photos, "cats", "broken.jpg"), "no picture");
        Assert.Equal(ExitCode.Failed, Transfer(photos).Code);
        var answer = Transfer(photos, "--bad-images", "skip", "--overwrite");
        Assert.Equal(0, answer.Code);
        Assert.StartsWith($"note: left out {Path.Combine(photos, "cats", "broken.jpg")}: ", answer.Err, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void Class_without_a_readable_photo_to_learn_is_an_error(bool folds)
    {
        var photos = Photos.Three(scratch, each: 6);
        var samples = ImageFolder.Open(photos);
        foreach (var sample in samples.Training.Where(sample => sample.Label == 1)) File.WriteAllBytes(sample.Path, []);
        string[] more = ["--bad-images", "skip", .. folds ? new[] { "--folds", "3" } : []];
        if (folds)
        {
            Assert.DoesNotContain("dogs can be read", Transfer(photos, more).Err, StringComparison.Ordinal);      // by cross-validation the others are learned
            foreach (var sample in samples.Validation.Where(sample => sample.Label == 1)) File.WriteAllBytes(sample.Path, []);
            more = [.. more, "--overwrite"];
        }
        var answer = Transfer(photos, more);
        Assert.Equal(ExitCode.Failed, answer.Code);
        Assert.StartsWith($"error: none of the {(folds ? "6 pictures" : "5 training pictures")} of dogs can be read: this class cannot be learned\n", answer.Err, StringComparison.Ordinal);
        Assert.EndsWith("\n  Repair them, add others, or remove the class's folder.\n", answer.Err, StringComparison.Ordinal);
    }

    private string Out => Path.Combine(scratch.Folder, "out");

    private Answer Transfer(string photos, params string[] more) => Here.Run([.. Line(photos), .. more]);

    private string[] Line(string photos) =>
        ["transfer", photos, "--pretrained", ForeignWeights.Write(scratch.At("resnet18.pth")), "--image-size", "64", "--workers", "1", "--output", Out, "--cache", Path.Combine(scratch.Folder, "cache")];
}
