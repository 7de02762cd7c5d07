using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Inference;
using JustAlexNet.Inference.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class TrainFolderTests : IDisposable
{
    private const string Shapes = "  Expected DIR/class/picture, or DIR/train/class/picture with DIR/val/class/picture beside it.";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Folder_that_is_not_there() =>
        Refused(Path.Combine(scratch.Folder, "none"), $"error: cannot find the folder {scratch.Folder}/none", $"{Shapes} Check the path.");

    [Fact]
    public void Folder_without_anything() => Refused(scratch.Folder, $"error: no pictures in class folders of {scratch.Folder}", Shapes);

    [Fact]
    public void Folder_of_one_class()
    {
        var photos = Photos.Of(scratch, "photos", 3, "cats");
        Refused(photos, $"error: {photos} has pictures of one class only: cats", "  Expected two or more class folders with pictures; there is nothing to tell apart.");
    }

    [Fact]
    public void Class_without_pictures_is_refused_and_kept_on_demand()
    {
        var photos = Photos.Of(scratch, "photos", 4, "cats", "dogs");
        Directory.CreateDirectory(Path.Combine(photos, "owls"));
        Refused(photos, $"error: 1 class folder of {photos} without pictures: owls",
            "  Add pictures, remove the folders, or pass --allow-empty-classes to keep them as classes that never occur.");

        var answer = Here.Train(photos, scratch.At("run"), "--epochs", "1", "--allow-empty-classes");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.StartsWith("resnet18 · 3 classes · 6 training / 2 validation photos", answer.Out, StringComparison.Ordinal);
        Assert.Equal("{\n  \"cats\": 0,\n  \"dogs\": 1,\n  \"owls\": 2\n}\n", File.ReadAllText(scratch.At("run", "class_to_idx.json")));
    }

    [Fact]
    public void Training_and_validation_of_different_classes()
    {
        var photos = Photos.Of(scratch, "photos", 0, "none");
        Photos.Of(scratch, "photos/train", 1, "cats", "dogs");
        Photos.Of(scratch, "photos/val", 1, "dogs", "emus", "owls");
        Refused(photos, $"error: the classes of {photos}/train and {photos}/val differ", "  only in train (1): cats", "  only in val (2): emus, owls", "  Both parts need the same class folders.");
    }

    [Fact]
    public void Batch_larger_than_the_data_set()
    {
        var photos = Photos.Three(scratch);
        Refused(photos, ["--batch-size", "10"], ["error: a batch is larger than the data set: 10 pictures a batch, 9 training pictures", "  Pass --batch-size 9 or less, or add pictures."]);
    }

    [Fact]
    public void Usual_batch_gives_way_to_few_photos_and_says_so()
    {
        var photos = Photos.Three(scratch);
        var answer = Here.Run("train", photos, "--model", "resnet18", "--image-size", "64", "--epochs", "1", "--output", scratch.At("run"));
        Assert.Equal((0, "note: batches of 9: there are no more training photos (usual are 32; --batch-size chooses)\n"), (answer.Code, answer.Err));
        Assert.Equal(9L, Training.Checkpoint.Read(scratch.At("run", "latest_model.pth")).Options["batch_size"]);
        Assert.Equal(0, Here.Run("train", photos, "--epochs", "2", "--resume", "auto", "--output", scratch.At("run")).Code);

        var tuned = Here.Run("transfer", Photos.Three(scratch, each: 2, name: "few"), "--pretrained", ForeignWeights.Write(scratch.At("resnet18.pth")), "--image-size", "64", "--no-cache", "--mode", "finetune", "--epochs", "1", "--output", scratch.At("tuned"));
        Assert.Equal((0, "note: batches of 3: there are no more training photos (usual are 8; --batch-size chooses)\n"), (tuned.Code, tuned.Err));
    }

    [Fact]
    public void Cuda_without_cuda()
    {
        Assert.SkipWhen(Runtime.ComputeDevice.CudaCount > 0, "There is a CUDA GPU here.");
        Refused(Photos.Three(scratch), ["--device", "cuda"],
            [
                "error: --device cuda: no CUDA GPU can be used (this build has the CPU libraries).",
                "  Leave --device out to take the best there is; for GPUs build with -p:TorchBackend=cuda (docs/cuda.md).",
            ]);
    }

    [Fact]
    public void Picture_size_too_small_for_the_network() => Here.Run("train", Photos.Three(scratch), "--model", "alexnet", "--image-size", "62").IsBareRefusal(
        ExitCode.Usage, "error: --image-size is 62, alexnet needs 63 or more", "  See: justalexnet train --help");

    [Theory]
    [InlineData(0, "the file is empty (0 bytes)")]
    [InlineData(1, "it is no picture, it begins with \"Dear diary\"; JPEG, PNG, WebP, BMP and GIF are read")]
    [InlineData(2, "the BMP ends after 700 of 3,654 expected bytes")]
    public void Picture_that_cannot_be_read_is_named(int kind, string reason)
    {
        var photos = Photos.Three(scratch);
        var bad = Spoil(photos, kind);
        var answer = Here.Train(photos, scratch.At("run"), "--epochs", "1", "--workers", "0");
        answer.IsRefusal(ExitCode.Failed, $"error: cannot read {bad}: {reason}",
            $"  1 of {(kind == 2 ? 12 : 13)} pictures. Repair or remove it, or pass --bad-images skip to leave such pictures out (they will be listed).");
        Assert.Contains("\"outcome\": \"failed\"", File.ReadAllText(scratch.At("run", "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_that_failed_before_its_first_epoch_is_not_in_the_way_of_the_next()
    {
        var photos = Photos.Three(scratch);
        var bad = Spoil(photos, 1);
        Assert.Equal(ExitCode.Failed, Here.Train(photos, scratch.At("run"), "--epochs", "1").Code);
        File.Delete(bad);
        Assert.Equal(ExitCode.Done, Here.Train(photos, scratch.At("run"), "--epochs", "1").Code);
    }

    [Fact]
    public void Bad_pictures_are_left_out_listed_and_recorded()
    {
        var photos = Photos.Three(scratch);
        var bad = Spoil(photos, 1);
        var answer = Here.Train(photos, scratch.At("run"), "--epochs", "1", "--bad-images", "skip", "--bad-images-limit", "1");
        answer.IsRefusal(ExitCode.Done, $"note: left out {bad}: it is no picture, it begins with \"Dear diary\"; JPEG, PNG, WebP, BMP and GIF are read");
        using var record = System.Text.Json.JsonDocument.Parse(File.ReadAllText(scratch.At("run", "run.json")));
        var skipped = Assert.Single(record.RootElement.GetProperty("data").GetProperty("skipped").EnumerateArray());
        Assert.Equal(bad, skipped.GetProperty("path").GetString());
        Assert.StartsWith("it is no picture", skipped.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, record.RootElement.GetProperty("options").GetProperty("bad_images_limit").GetInt32());
    }

    [Fact]
    public void More_bad_pictures_than_the_limit()
    {
        var photos = Photos.Three(scratch);
        var bad = Spoil(photos, 0);
        Here.Train(photos, scratch.At("run"), "--epochs", "1", "--bad-images", "skip", "--bad-images-limit", "0").IsRefusal(
            ExitCode.Failed, "error: 1 of 13 pictures cannot be read, more than the limit of 0", $"  last: {bad}: the file is empty (0 bytes)", "  Repair or remove them, or raise --bad-images-limit.");
    }

    [Fact]
    public void Limit_counts_training_and_validation_pictures_together()
    {
        var photos = Photos.Three(scratch);
        foreach (var sample in new[] { ImageFolder.Open(photos).Training[0], ImageFolder.Open(photos).Validation[0] }) File.WriteAllBytes(sample.Path, []);
        var one = Here.Train(photos, scratch.At("run"), "--epochs", "1", "--bad-images", "skip", "--bad-images-limit", "1");
        Assert.Equal(ExitCode.Failed, one.Code);
        Assert.StartsWith("error: 2 of 12 pictures cannot be read, more than the limit of 1\n", one.Err, StringComparison.Ordinal);
        var two = Here.Train(photos, scratch.At("run"), "--epochs", "1", "--bad-images", "skip", "--bad-images-limit", "2");
        Assert.Equal(ExitCode.Done, two.Code);
        Assert.Equal(2, two.Err.Split("note: left out ").Length - 1);
    }

    [Fact]
    public void Class_without_a_readable_training_photo_cannot_be_learned_unless_that_is_allowed()
    {
        var photos = Photos.Three(scratch);
        foreach (var sample in ImageFolder.Open(photos).Training.Where(sample => sample.Label == 2)) File.WriteAllBytes(sample.Path, []);
        string[] line = ["--epochs", "1", "--bad-images", "skip"];
        var answer = Here.Train(photos, scratch.At("run"), line);
        Assert.Equal(ExitCode.Failed, answer.Code);
        Assert.StartsWith($"error: none of the 3 training pictures of owls can be read: this class cannot be learned\n  last: {photos}/owls/", answer.Err, StringComparison.Ordinal);
        Assert.EndsWith(": the file is empty (0 bytes)\n  Repair them, add others, or remove the class's folder; --allow-empty-classes keeps it as a class that never occurs.\n", answer.Err, StringComparison.Ordinal);

        var allowed = Here.Train(photos, scratch.At("run"), [.. line, "--allow-empty-classes"]);
        Assert.Equal(ExitCode.Done, allowed.Code);
        Assert.StartsWith("note: none of the 3 training pictures of owls can be read: the class never occurs\n", allowed.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Class_without_a_readable_validation_photo_is_not_measured_and_that_is_said()
    {
        var photos = Photos.Three(scratch);
        File.WriteAllBytes(ImageFolder.Open(photos).Validation.Single(sample => sample.Label == 0).Path, []);
        var answer = Here.Train(photos, scratch.At("run"), "--epochs", "1", "--bad-images", "skip");
        Assert.Equal(ExitCode.Done, answer.Code);
        Assert.StartsWith("note: the only validation picture of cats cannot be read: how well this class is recognised is not measured\n", answer.Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_of_a_run_instead_of_photos()
    {
        var photos = Photos.Three(scratch);
        var run = Path.Combine(scratch.Folder, "run");
        Assert.Equal(ExitCode.Done, Here.Train(photos, run, "--epochs", "1").Code);
        string[] lines =
        [
            $"error: {run} holds what justalexnet left of a run or an evaluation, and no photos", $"{Shapes} This run learned from {photos}.",
            $"  To go on with the run: its photos, with --resume auto and --output {run}.", $"  To use its model: predict or evaluate with --checkpoint {run}/best_model.pth.",
        ];
        Refused(run, lines);
        Here.Run("dataset", "show", run, "--output", scratch.At("x.png")).IsBareRefusal(ExitCode.Failed, lines);
        Here.Run("evaluate", run, "--checkpoint", Path.Combine(run, "best_model.pth"), "--output", scratch.At("evaluation")).IsBareRefusal(ExitCode.Failed, lines);
        Here.Run("predict", run, "--checkpoint", Path.Combine(run, "best_model.pth")).IsBareRefusal(
            ExitCode.Failed, [lines[0], $"  Name pictures, or a folder that holds some. This run learned from {photos}.", .. lines[2..]]);
    }

    [Fact]
    public void Folder_without_read_permission()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read every folder; the message is tested with ImageFolder.");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows sets permissions otherwise.");
            return;
        }
        var photos = Photos.Three(scratch);
        var closed = Path.Combine(photos, "cats");
        File.SetUnixFileMode(closed, UnixFileMode.None);
        Refused(photos, $"error: cannot read {closed}: permission denied", "  Give this user read permission (folders: read and search), or choose another folder.");
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Picture_without_read_permission()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read every file; the message is tested with ImageDecoder.");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows sets permissions otherwise.");
            return;
        }
        var photos = Photos.Three(scratch);
        foreach (var picture in Directory.GetFiles(Path.Combine(photos, "cats"))) File.SetUnixFileMode(picture, UnixFileMode.None);
        Assert.Contains(": no permission to read the file\n", Here.Train(photos, scratch.At("run")).Err, StringComparison.Ordinal);
    }

    // A picture that cannot be read, in the training part: 0 an empty file, 1 a text, 2 a picture cut off.
    private string Spoil(string photos, int kind)
    {
        if (kind == 2) return CutOff(photos);
        for (var i = 0; ; i++)
        {
            var path = Path.Combine(photos, "cats", $"bad{i}.jpg");
            File.WriteAllText(path, kind == 0 ? "" : "Dear diary\n");
            if (ImageFolder.Open(photos).Training.Any(sample => sample.Path == path)) return path;
            File.Delete(path);
        }
    }

    private static string CutOff(string photos)
    {
        var path = ImageFolder.Open(photos).Training[0].Path;
        File.WriteAllBytes(path, File.ReadAllBytes(TestPictures.Write(path, 40, 30))[..700]);
        return path;
    }

    private void Refused(string photos, params string[] lines) => Refused(photos, [], lines);

    private void Refused(string photos, string[] more, string[] lines)
    {
        var output = Path.Combine(scratch.Folder, "refused");
        Here.Run(["train", photos, "--model", "resnet18", "--image-size", "64", "--output", output, .. more.Length > 0 && more[0] == "--batch-size" ? more : ["--batch-size", "4", .. more]]).IsBareRefusal(ExitCode.Failed, lines);
        Assert.False(Directory.Exists(output), "a refused run left a folder");
    }
}
