using System.Globalization;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class EvaluateTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Validation_part_recorded_in_the_checkpoint_gives_what_training_measured()
    {
        var measured = Json(model.Folder);
        Assert.Equal("the validation part that the checkpoint records", measured.GetProperty("measured_on").GetString());
        Assert.Equal("fp32", measured.GetProperty("precision").GetString());
        Assert.Equal((3, 0), (measured.GetProperty("images").GetInt32(), measured.GetProperty("trained_on").GetInt32()));
        var epoch = File.ReadAllLines(Path.Combine(model.Output, "history.csv"))[1].Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(epoch[5], measured.GetProperty("loss").GetDouble(), tolerance: 1e-5 * Math.Max(1, epoch[5]));
        Assert.Equal(epoch[6], measured.GetProperty("top1").GetDouble());
        Assert.Equal(File.ReadAllText(Path.Combine(model.Output, "confusion_matrix.csv")), File.ReadAllText(scratch.At("evaluation", "confusion_matrix.csv")));
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], File.ReadAllBytes(scratch.At("evaluation", "confusion_matrix.png"))[..4]);
    }

    [Fact]
    public void Words_for_the_defaults_are_taken_and_others_refused()
    {
        Assert.Equal(Evaluate(model.Folder, "--json").Out, Evaluate(model.Folder, "--json", "--workers", "auto", "--bad-images", "skip", "--bad-images-limit", "none").Out.Replace("\"replaced\":true", "\"replaced\":false", StringComparison.Ordinal));
        Evaluate(model.Folder, "--workers", "many").IsBareRefusal(ExitCode.Usage, "error: --workers is 'many', expected auto or a whole number, 0 or more", "  See: justalexnet evaluate --help");
        Evaluate(model.Folder, "--image-size", "x").IsBareRefusal(ExitCode.Usage, "error: --image-size is 'x', expected auto or a whole number, 0 or more", "  See: justalexnet evaluate --help");
    }

    [Fact]
    public void Results_stay_out_from_among_the_photos()
    {
        var photos = Photos.Three(scratch);
        var folder = Directory.GetDirectories(photos)[0];
        var answer = Here.Run("evaluate", photos, "--checkpoint", Path.Combine(model.Output, "best_model.pth"), "--output", folder);
        Assert.Equal(ExitCode.Failed, answer.Code);
        Assert.Contains($"error: --output {folder} lies among the photos of {folder}.\n", answer.Err, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "confusion_matrix.csv")));
    }

    [Fact]
    public void Run_in_bf16_is_confirmed_in_the_fp32_that_evaluate_measures()
    {
        var run = scratch.At("bf16");
        Assert.Equal(0, Here.Train(model.Folder, run, "--epochs", "1", "--precision", "bf16").Code);
        var confirmed = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "run.json"))).RootElement.GetProperty("result").GetProperty("best_in_fp32");
        var answer = Here.Run("evaluate", model.Folder, "--checkpoint", Path.Combine(run, "best_model.pth"), "--output", scratch.At("evaluation"), "--json");
        var measured = JsonDocument.Parse(Assert.Single(answer.Lines)).RootElement;
        var loss = confirmed.GetProperty("val_loss").GetDouble();
        Assert.Equal(loss, measured.GetProperty("loss").GetDouble(), tolerance: 1e-5 * Math.Max(1, loss));
        Assert.Equal(confirmed.GetProperty("val_top1").GetDouble(), measured.GetProperty("top1").GetDouble());
    }

    [Fact]
    public void Recorded_parts_are_found_where_the_photos_have_moved_to()
    {
        var moved = Path.Combine(scratch.Folder, "elsewhere", "photos");
        foreach (var file in Directory.GetFiles(model.Folder, "*", SearchOption.AllDirectories)) File.Copy(file, scratch.At(["elsewhere", "photos", .. Path.GetRelativePath(model.Folder, file).Split('/')]));
        Assert.Equal(Json(model.Folder).GetProperty("loss").GetDouble(), Json(moved).GetProperty("loss").GetDouble());
        Assert.Equal(12, Json(moved, "--split", "train").GetProperty("images").GetInt32());
    }

    [Theory]
    [InlineData("val", 3, 0)]
    [InlineData("train", 12, 12)]
    [InlineData("all", 15, 12)]
    public void Plain_folder_by_split(string split, int images, int trainedOn)
    {
        var answer = Evaluate(model.Folder, "--split", split, "--json");
        using var json = JsonDocument.Parse(answer.Out);
        Assert.Equal((images, trainedOn), (json.RootElement.GetProperty("images").GetInt32(), json.RootElement.GetProperty("trained_on").GetInt32()));
        Assert.Equal(trainedOn == 0 ? "" : $"note: {trainedOn} of {images} photos were trained on (same class, name and size): the figures flatter the model\n", answer.Err);
    }

    [Theory]
    [InlineData("auto", "the test part", 3)]
    [InlineData("test", "the test part", 3)]
    [InlineData("val", "the validation part", 6)]
    [InlineData("train", "the training part", 9)]
    [InlineData("all", "all pictures", 18)]
    public void Folder_of_parts_by_split(string split, string what, int images)
    {
        var parts = Parts();
        var measured = Json(parts, "--split", split);
        Assert.Equal((what, images), (measured.GetProperty("measured_on").GetString(), measured.GetProperty("images").GetInt32()));
    }

    [Fact]
    public void Test_part_that_is_not_there() => Evaluate(model.Folder, "--split", "test").IsBareRefusal(
        ExitCode.Failed, $"error: {model.Folder} has no test part (a folder test/ with class folders).", "  Pass --split val, train or all.");

    [Fact]
    public void Pictures_that_the_checkpoint_does_not_record()
    {
        var others = Unknown();
        Evaluate(others, "--split", "val").IsBareRefusal(ExitCode.Failed, $"error: {others} holds none of the pictures that {model.Best} records (by class, file name and size).", "  Pass --split all to measure on every picture.");
    }

    [Fact]
    public void Folder_of_other_pictures_is_measured_as_a_whole_and_that_is_said()
    {
        var measured = Json(Unknown());
        Assert.Equal(("all pictures, none of which the checkpoint records", 4), (measured.GetProperty("measured_on").GetString(), measured.GetProperty("images").GetInt32()));
        Assert.StartsWith($"resnet18 · {model.Best} · all pictures, none of which the checkpoint records: 4 photos\n", Evaluate(Path.Combine(scratch.Folder, "others")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_folder_of_the_run_by_itself_is_measured_as_a_whole()
    {
        var (parts, output) = (Parts(), Path.Combine(scratch.Folder, "parts-run"));
        foreach (var file in Directory.GetFiles(Path.Combine(parts, "val"), "*", SearchOption.AllDirectories)) File.Move(file, file.Replace(".bmp", "-held-out.bmp", StringComparison.Ordinal));
        Assert.Equal(0, Here.Train(parts, output, "--epochs", "1").Code);
        var answer = Here.Run("evaluate", Path.Combine(parts, "val"), "--checkpoint", Path.Combine(output, "best_model.pth"), "--output", Path.Combine(scratch.Folder, "evaluation"));
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.EndsWith("· all pictures, none of which the checkpoint was trained on: 6 photos", answer.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_that_holds_some_trained_pictures_is_not_measured_as_a_whole()
    {
        var others = Unknown();
        var used = Json(model.Folder, "--split", "train", "--predictions", scratch.At("used.csv"));
        Assert.Equal(12, used.GetProperty("images").GetInt32());
        var trained = File.ReadAllLines(scratch.At("used.csv")).First(line => line.Contains("/dogs/", StringComparison.Ordinal)).Split(',')[0];
        File.Copy(trained, Path.Combine(others, "dogs", Path.GetFileName(trained)));
        Evaluate(others).IsBareRefusal(ExitCode.Failed, $"error: {others} holds none of the pictures that {model.Best} records (by class, file name and size).", "  Pass --split all to measure on every picture.");
    }

    [Fact]
    public void Weights_without_class_names_ask_for_them_when_the_folder_has_names()
    {
        var plain = scratch.At("plain.pth");
        Assert.Equal(0, Here.Run("weights", "convert", model.Best, plain, "--entry", "model_state_dict").Code);
        string[] line = ["evaluate", model.Folder, "--checkpoint", plain, "--model", "resnet18", "--preprocessing", "squash", "--image-size", "64", "--output", Path.Combine(scratch.Folder, "evaluation")];
        Here.Run(line).IsBareRefusal(ExitCode.Failed, $"error: {plain} does not name its 3 classes; {model.Folder} has 3 class folders: cats, dogs, owls.",
            "  Pass --class-map FILE: these names in the order of the network's outputs, one a line (PyTorch's ImageFolder trains in alphabetical order, as they stand here).");
        var two = Photos.Of(scratch, "two", 2, "dogs", "owls");
        Here.Run([line[0], two, .. line[2..]]).IsBareRefusal(ExitCode.Failed, $"error: {plain} does not name its 3 classes; {two} has 2 class folders: dogs, owls.",
            "  Pass --class-map FILE: the names of all 3 in the order of the network's outputs, one a line.");
        File.WriteAllText(scratch.At("names.txt"), "cats\ndogs\nowls\n");
        var answer = Here.Run([.. line, "--class-map", scratch.At("names.txt"), "--json"]);
        using var json = JsonDocument.Parse(answer.Out);
        Assert.Equal("all pictures (plain.pth does not record what it was trained on)", json.RootElement.GetProperty("measured_on").GetString());
        Assert.Equal(Json(model.Folder, "--split", "all").GetProperty("top1").GetDouble(), json.RootElement.GetProperty("top1").GetDouble());
    }

    [Fact]
    public void Classes_match_by_name_where_the_folder_lacks_some()
    {
        var some = Photos.Of(scratch, "some", 2, "dogs", "owls");
        var classes = Json(some, "--split", "all").GetProperty("classes").EnumerateArray().ToArray();
        Assert.Equal(["cats", "dogs", "owls"], classes.Select(c => c.GetProperty("name").GetString()));
        Assert.Equal([0, 2, 2], classes.Select(c => c.GetProperty("support").GetInt32()));
    }

    [Fact]
    public void Text_shows_every_class_and_the_sums()
    {
        var answer = Evaluate(model.Folder, "--split", "all");
        Assert.Equal($"resnet18 · {model.Best} · all pictures: 15 photos", answer.Lines[0]);
        Assert.Equal("class        precision   recall      F1   photos", answer.Lines[1]);
        Assert.All(answer.Lines[2..5], line => Assert.Matches(@"^(cats|dogs|owls) {9} +[01]\.\d{3}    [01]\.\d{3}   [01]\.\d{3}        5$", line));
        Assert.Matches(@"^top-1 [01]\.\d{4} \(95 % interval [01]\.\d{3}-[01]\.\d{3}\)   log-loss \d+\.\d{4}$", answer.Lines[5]);
        Assert.Matches(@"^macro-F1 [01]\.\d{4}   balanced accuracy [01]\.\d{4}$", answer.Lines[6]);
        Assert.Equal($"see   {scratch.Folder}/evaluation/confusion_matrix.csv   {scratch.Folder}/evaluation/confusion_matrix.png", answer.Lines[7]);
    }

    [Fact]
    public void Predictions_are_a_line_a_photo()
    {
        var file = scratch.At("predictions.csv");
        var measured = Json(model.Folder, "--split", "all", "--predictions", file);
        var rows = File.ReadAllLines(file);
        Assert.Equal("image,true,predicted,probability", rows[0]);
        var cells = rows[1..].Select(row => row.Split(',')).ToArray();
        Assert.Equal(15, cells.Length);
        Assert.All(cells, row => Assert.Equal(Path.GetFileName(Path.GetDirectoryName(row[0])), row[1]));
        Assert.Equal(measured.GetProperty("top1").GetDouble(), cells.Average(row => row[1] == row[2] ? 1.0 : 0.0), tolerance: 1e-12);
        Assert.All(cells, row => Assert.InRange(double.Parse(row[3], CultureInfo.InvariantCulture), 1 / 3.0 - 1e-6, 1));
    }

    [Fact]
    public void Predictions_that_cannot_be_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc and /dev/full of Linux.");
        Evaluate(model.Folder, "--predictions", "/proc/none/predictions.csv").IsBareRefusal(ExitCode.Failed,
            "error: cannot write /proc/none/predictions.csv: there is no such folder, and none can be made", "  Name another file with --predictions.");
        Evaluate(model.Folder, "--predictions", "/dev/full").IsBareRefusal(ExitCode.Failed, "error: cannot write /dev/full: no space left on device", "  Free some space, or name another file with --predictions.");
    }

    [Fact]
    public void Earlier_evaluation_is_said_to_be_replaced_and_a_run_is_not_touched()
    {
        string[] line = ["evaluate", model.Folder, "--checkpoint", model.Best, "--output", scratch.At("measured")];
        Assert.EndsWith("confusion_matrix.png\n", Here.Run(line).Out, StringComparison.Ordinal);
        Assert.EndsWith("confusion_matrix.png   (in place of an earlier evaluation's)\n", Here.Run(line).Out, StringComparison.Ordinal);
        Assert.Contains("\"replaced\":true", Here.Run([.. line, "--json"]).Out, StringComparison.Ordinal);

        var table = Path.Combine(model.Output, "confusion_matrix.csv");
        var before = File.GetLastWriteTimeUtc(table);
        Here.Run("evaluate", model.Folder, "--checkpoint", model.Best, "--output", model.Output).IsBareRefusal(ExitCode.Failed,
            $"error: {model.Output} holds a run of train or transfer, whose confusion matrix would be replaced.", "  Name another folder with --output.");
        Assert.Equal(before, File.GetLastWriteTimeUtc(table));
    }

    [Fact]
    public void Output_that_is_a_file()
    {
        File.WriteAllText(scratch.At("file"), "kept");
        Here.Run("evaluate", model.Folder, "--checkpoint", model.Best, "--output", scratch.At("file")).IsBareRefusal(ExitCode.Failed,
            $"error: cannot write to the folder {scratch.Folder}/file: it is a file", "  Name another folder with --output.");
    }

    [Fact]
    public void Bad_pictures_stop_are_listed_or_pass_the_limit()
    {
        var bad = Path.Combine(Unknown(), "dogs", "x.jpg");
        File.WriteAllBytes(bad, []);
        string[] line = [Path.Combine(scratch.Folder, "others"), "--split", "all"];
        Evaluate(line).IsRefusal(ExitCode.Failed, $"error: cannot read {bad}: the file is empty (0 bytes)",
            "  1 of 5 pictures. Repair or remove it, or pass --bad-images skip to leave such pictures out (they will be listed).");
        var skipped = Evaluate([.. line, "--bad-images", "skip", "--json"]);
        skipped.IsRefusal(ExitCode.Done, $"note: left out {bad}: the file is empty (0 bytes)");
        using var json = JsonDocument.Parse(skipped.Out);
        Assert.Equal(bad, json.RootElement.GetProperty("skipped")[0].GetProperty("path").GetString());
        Assert.Equal(4, json.RootElement.GetProperty("images").GetInt32());
        Evaluate([.. line, "--bad-images", "skip", "--bad-images-limit", "0"]).IsRefusal(ExitCode.Failed,
            "error: 1 of 5 pictures cannot be read, more than the limit of 0", $"  last: {bad}: the file is empty (0 bytes)", "  Repair or remove them, or raise --bad-images-limit.");
    }

    [Fact]
    public void Class_that_loses_every_photo_is_named()
    {
        var others = Unknown();
        foreach (var photo in Directory.GetFiles(Path.Combine(others, "owls"))) File.WriteAllBytes(photo, []);
        var answer = Evaluate(others, "--bad-images", "skip");
        Assert.Equal(ExitCode.Done, answer.Code);
        Assert.EndsWith("note: none of the 2 pictures of owls can be read: how well this class is recognised is not measured\n", answer.Err, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80), InlineData(40)]
    public void Results_fit_the_terminal(int width)
    {
        var shown = System.Text.RegularExpressions.Regex.Replace(Pty.Run(width, noColour: "1", "evaluate", model.Folder, "--checkpoint", model.Best, "--output", scratch.At("evaluation")), @".*\e\[K|\e\[[?0-9;]*[a-zA-Z]|\r", "").TrimEnd('\n').Split('\n');
        Assert.Contains(shown, line => line.StartsWith("owls  ", StringComparison.Ordinal));
        Assert.All(shown, line => Assert.InRange(line.Length, 0, width - 1));
    }

    // Pictures with names that the run never saw.
    private string Unknown()
    {
        var others = Photos.Of(scratch, "others", 2, "dogs", "owls");
        foreach (var file in Directory.GetFiles(others, "*", SearchOption.AllDirectories)) File.Move(file, file.Replace(".bmp", "-other.bmp", StringComparison.Ordinal));
        return others;
    }

    private string Parts()
    {
        var parts = Photos.Three(scratch, each: 3, name: "parts/train");
        Photos.Three(scratch, each: 2, name: "parts/val");
        Photos.Three(scratch, each: 1, name: "parts/test");
        return Path.GetDirectoryName(parts)!;
    }

    private Answer Evaluate(params string[] arguments) => Here.Run(["evaluate", .. arguments, "--checkpoint", model.Best, "--output", Path.Combine(scratch.Folder, "evaluation")]);

    private JsonElement Json(params string[] arguments)
    {
        var answer = Evaluate([.. arguments, "--json"]);
        Assert.True(answer.Code == 0, answer.Err);
        return JsonDocument.Parse(Assert.Single(answer.Lines)).RootElement;
    }
}
