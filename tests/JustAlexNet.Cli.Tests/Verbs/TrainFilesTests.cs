using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Recipes;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class TrainFilesTests(TrainedModel model) : IClassFixture<TrainedModel>
{
    [Fact]
    public void Text_introduces_the_run_shows_epochs_and_says_what_to_do_next()
    {
        Assert.Equal("", model.Answer.Err);
        var lines = model.Answer.Lines;
        Assert.Equal($"resnet18 · 3 classes · 12 training / 3 validation photos ({model.Folder})", lines[0]);
        Assert.Matches($"^(cpu|cuda:0.*|mps), 1 thread, .* · fp32 · channels-last · squash 64 px · \\d+ loader threads? · seed 0 · {model.Output}/$", lines[1]);
        Assert.Equal("fp32: asked for", lines[2]);
        Assert.Matches(@"^plan  1 epoch of 3 steps · memory about \d+\.\d GiB(, \d+\.\d GiB there)? · checkpoints up to 2 x 85 MiB(, [\d.]+ [GM]iB free)?$", lines[3]);
        Assert.Equal("epoch       lr   train loss   top-1   val loss   top-1   photos/s    time", lines[4]);
        Assert.Matches(@"^    1     0\.01 +\d+\.\d{4}   [01]\.\d{3} +\d+\.\d{4}   [01]\.\d{3} +\d+\.\d +\d+:\d\d  best$", lines[5]);
        Assert.Matches($@"^best  val top-1 [01]\.\d{{3}} \(95 % interval [01]\.\d{{3}}-[01]\.\d{{3}}, 3 photos\)  epoch 1   {model.Best}$", lines[6]);
        Assert.Equal($"see   {model.Output}/training_metrics.png   {model.Output}/confusion_matrix.png", lines[7]);
        Assert.Equal($"next  justalexnet predict PHOTO --checkpoint {model.Best}", lines[8]);
        Assert.Equal(9, lines.Length);
    }

    [Fact]
    public void Time_of_an_epoch_is_said_once_after_twenty_measured_steps()
    {
        using var scratch = new Scratch();
        var answer = Here.Train(Photos.Three(scratch, each: 40), scratch.At("run"), "--epochs", "2");
        Assert.Equal((ExitCode.Done, ""), (answer.Code, answer.Err));
        var said = Array.FindIndex(answer.Lines, line => line.StartsWith("time  ", StringComparison.Ordinal));
        Assert.Matches(@"^time  \d+:\d\d an epoch, .+ left in all, and a little more for validation \(20 steps measured\)$", answer.Lines[said]);
        Assert.StartsWith("    1 ", answer.Lines[said + 1], StringComparison.Ordinal);
        Assert.Single(answer.Lines, line => line.StartsWith("time  ", StringComparison.Ordinal));
    }

    [Fact]
    public void Tables_hold_classes_epochs_and_counts()
    {
        Assert.Equal("{\n  \"cats\": 0,\n  \"dogs\": 1,\n  \"owls\": 2\n}\n", Read("class_to_idx.json"));
        Assert.StartsWith("epoch,lr,train_loss,train_top1,train_top3,val_loss,val_top1,val_top3,seconds,photos_per_second,image_size\n1,0.01,", Read("history.csv"), StringComparison.Ordinal);
        var counts = Read("confusion_matrix.csv").TrimEnd().Split('\n').Select(line => line.TrimEnd('\r').Split(',')).ToArray();
        Assert.Equal(["cats", "dogs", "owls"], counts[0][1..]);
        Assert.Equal(["cats", "dogs", "owls"], counts[1..].Select(row => row[0]));
        Assert.All(counts[1..], row => Assert.Equal(1, row[1..].Sum(int.Parse)));
        foreach (var picture in new[] { "training_metrics.png", "confusion_matrix.png" })
            Assert.Equal([0x89, 0x50, 0x4E, 0x47], File.ReadAllBytes(Path.Combine(model.Output, picture))[..4]);
    }

    [Fact]
    public void Record_holds_command_options_versions_machine_data_and_result()
    {
        using var document = JsonDocument.Parse(Read("run.json"));
        var record = document.RootElement;
        Assert.Equal(["justalexnet", .. Here.TrainLine(model.Folder, model.Output), "--epochs", "1", "--precision", "fp32"], record.GetProperty("command").EnumerateArray().Select(word => word.GetString()!));
        Assert.Equal(
            [
                .. TrainSettings.Schema.Settings.Where(setting => setting.IsRecorded).Select(setting => setting.Name), "verb", "threads", "jpeg_decoder",
            ],
            record.GetProperty("options").EnumerateObject().Select(option => option.Name));
        Assert.Equal(["justalexnet", "torchsharp", "libtorch", "dotnet"], record.GetProperty("versions").EnumerateObject().Select(version => version.Name));
        Assert.Equal(Environment.ProcessorCount, record.GetProperty("machine").GetProperty("cores").GetInt32());
        var data = record.GetProperty("data");
        Assert.Equal((12, 3, 0), (data.GetProperty("train_images").GetInt32(), data.GetProperty("val_images").GetInt32(), data.GetProperty("skipped").GetArrayLength()));
        Assert.Matches("^[0-9a-f]{64}$", data.GetProperty("hash").GetString());
        var result = record.GetProperty("result");
        Assert.Equal("finished", result.GetProperty("outcome").GetString());
        Assert.Equal(1, result.GetProperty("best").GetProperty("epoch").GetInt32());
        Assert.True(record.GetProperty("ended").GetDateTimeOffset() >= record.GetProperty("started").GetDateTimeOffset());
    }

    [Fact]
    public void Folder_that_holds_a_run_is_left_as_it_is_and_replaced_on_demand()
    {
        using var scratch = new Scratch();
        var photos = Photos.Three(scratch);
        var output = Path.Combine(scratch.Folder, "run");
        Assert.Equal(0, Here.Train(photos, output, "--epochs", "2").Code);
        var before = File.ReadAllText(Path.Combine(output, "history.csv"));

        Here.Train(photos, output, "--epochs", "1").IsBareRefusal(ExitCode.Failed, $"error: {output} holds a run already; it is left as it is.",
            "  Pass --resume auto to go on with it, --overwrite to replace it, or --output for another folder.");
        Assert.Equal(before, File.ReadAllText(Path.Combine(output, "history.csv")));

        Assert.Equal(0, Here.Train(photos, output, "--epochs", "1", "--overwrite").Code);
        Assert.Equal(2, File.ReadAllLines(Path.Combine(output, "history.csv")).Length);
    }

    [Fact]
    public void Json_alone_is_on_standard_output_with_the_columns_of_the_history()
    {
        using var scratch = new Scratch();
        var output = Path.Combine(scratch.Folder, "run");
        var answer = Here.Train(Photos.Three(scratch), output, "--epochs", "2", "--json");
        Assert.Equal(0, answer.Code);
        var history = File.ReadAllLines(Path.Combine(output, "history.csv"));
        Assert.Equal(3, answer.Lines.Length);
        for (var i = 0; i < 2; i++)
        {
            using var line = JsonDocument.Parse(answer.Lines[i]);
            Assert.Equal(history[0].Split(','), line.RootElement.EnumerateObject().Select(column => column.Name));
            Assert.Equal(history[i + 1].Split(',').Select(double.Parse), line.RootElement.EnumerateObject().Select(column => column.Value.GetDouble()));
        }
        using var result = JsonDocument.Parse(answer.Lines[2]);
        Assert.Equal("finished", result.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(Path.Combine(output, "best_model.pth"), result.RootElement.GetProperty("checkpoint").GetString());
        Assert.Contains("resnet18 · 3 classes", answer.Err, StringComparison.Ordinal);
        Assert.Contains("next  justalexnet predict", answer.Err, StringComparison.Ordinal);
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(model.Output, file));
}
