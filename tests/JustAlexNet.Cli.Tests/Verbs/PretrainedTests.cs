using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;
using JustAlexNet.Weights;

namespace JustAlexNet.Cli.Verbs.Tests;

/// <summary><c>--pretrained</c> of train, predict and evaluate.</summary>
public sealed class PretrainedTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private static readonly string[] Variables = ["JUSTALEXNET_CACHE", "JUSTALEXNET_MIRROR", "TORCH_HOME"];

    private readonly Scratch scratch = new();

    public void Dispose()
    {
        foreach (var variable in Variables) Environment.SetEnvironmentVariable(variable, null);
        scratch.Dispose();
    }

    [Fact]
    public void Without_a_network_the_error_says_what_to_fetch_and_where_to_put_it()
    {
        Environment.SetEnvironmentVariable("JUSTALEXNET_CACHE", scratch.At("cache"));
        Environment.SetEnvironmentVariable("TORCH_HOME", scratch.At("torch"));
        Environment.SetEnvironmentVariable("JUSTALEXNET_MIRROR", "http://127.0.0.1:1/models");

        var answer = Here.Run("predict", Repository.At("samples", "test.png"), "--model", "resnet18", "--pretrained", "imagenet", "--topk", "5");

        Assert.Equal((1, ""), (answer.Code, answer.Out));
        var lines = answer.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("error: cannot download http://127.0.0.1:1/models/resnet18-f37072fd.pth: ", lines[0], StringComparison.Ordinal);
        Assert.Equal($"  Fetch it by hand and put it at {scratch.At("cache", "resnet18-f37072fd.pth")} (SHA-256 begins f37072fd),", lines[1]);
        Assert.Equal("  or name a place within reach: --weights-url ADDRESS, or JUSTALEXNET_MIRROR=ADDRESS of a folder that has it.", lines[2]);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void Options_that_do_not_go_together_are_faults_of_the_line()
    {
        var photo = Repository.At("samples", "test.png");
        Here.Run("predict", photo, "--pretrained", "imagenet").IsBareRefusal(ExitCode.Usage,
            "error: --pretrained imagenet needs --model: alexnet, resnet18, resnet34, densenet121, densenet169, densenet201", "  See: justalexnet predict --help");
        Here.Run("predict", photo, "--pretrained", model.Best, "--checkpoint", model.Best).IsBareRefusal(ExitCode.Usage,
            "error: --checkpoint and --pretrained exclude each other: both name the weights", "  See: justalexnet predict --help");
        Here.Run("train", model.Folder, "--weights-url", "http://127.0.0.1:1/x.pth").IsBareRefusal(ExitCode.Usage,
            "error: --weights-url is for --pretrained imagenet", "  See: justalexnet train --help");
    }

    [Fact]
    public void Checkpoint_named_as_pretrained_predicts_as_it_does_as_checkpoint()
    {
        string[] line = ["predict", Repository.At("samples", "test.png"), "--json"];
        Assert.Equal(Here.Run([.. line, "--checkpoint", model.Best]).Out, Here.Run([.. line, "--pretrained", model.Best]).Out);
    }

    [Fact]
    public void Evaluation_takes_pretrained_weights_too()
    {
        var (first, second) = (Measure("--checkpoint"), Measure("--pretrained"));

        Assert.Equal((0, 0), (first.Code, second.Code));
        Assert.Equal(first.Out, second.Out.Replace("\"replaced\":true", "\"replaced\":false", StringComparison.Ordinal));

        Answer Measure(string option) => Here.Run("evaluate", model.Folder, option, model.Best, "--output", scratch.At("evaluation"), "--json");
    }

    [Fact]
    public void Safetensors_file_predicts_as_the_pth_file_that_it_was_made_of()
    {
        var (plain, safe) = (scratch.At("plain.pth"), scratch.At("plain.safetensors"));
        WeightsConversion.Convert(model.Best, plain, entry: "model_state_dict");
        WeightsConversion.Convert(plain, safe);
        string[] line = ["predict", Repository.At("samples", "test.png"), "--model", "resnet18", "--preprocessing", "squash", "--image-size", "64", "--json"];

        var answers = new[] { plain, safe }.Select(path => Here.Run([.. line, "--checkpoint", path])).ToList();

        Assert.All(answers, answer => Assert.Equal(0, answer.Code));
        Assert.Equal(answers[0].Out.Replace(plain, safe, StringComparison.Ordinal), answers[1].Out);
    }

    [Fact]
    public void Safetensors_file_of_a_checkpoint_knows_what_predicting_needs()
    {
        var safe = scratch.At("best.safetensors");
        var converted = Here.Run("weights", "convert", model.Best, safe);
        string[] line = ["predict", Repository.At("samples", "test.png"), "--json", "--topk", "3"];

        var answers = new[] { model.Best, safe }.Select(path => Here.Run([.. line, "--checkpoint", path])).ToList();

        Assert.Equal(0, converted.Code);
        Assert.Contains("optimizer_state_dict", converted.Err, StringComparison.Ordinal);
        Assert.DoesNotContain("class_to_idx", converted.Err, StringComparison.Ordinal);
        Assert.All(answers, answer => Assert.Equal((0, ""), (answer.Code, answer.Err)));
        Assert.Equal(answers[0].Out.Replace(model.Best, safe, StringComparison.Ordinal), answers[1].Out);
        Assert.Contains("justalexnet.arch", Here.Run("weights", "inspect", safe).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_of_a_safetensors_file_that_lies_is_an_error()
    {
        var safe = scratch.At("best.safetensors");
        WeightsConversion.Convert(model.Best, safe);
        var file = WeightsFile.Open(safe);
        SafetensorsFile.Write(scratch.At("lie.safetensors"), (PickleDictionary)file.Root!, new Dictionary<string, string>(file.Metadata) { ["justalexnet.class_to_idx"] = "{\"a\":7}" });
        SafetensorsFile.Write(scratch.At("broken.safetensors"), (PickleDictionary)file.Root!, new Dictionary<string, string>(file.Metadata) { ["justalexnet.arch"] = "resnet" });

        var (lie, broken) = (Predict("lie.safetensors"), Predict("broken.safetensors"));

        Assert.Equal($"error: class_to_idx of {scratch.At("lie.safetensors")} is not a map of names to 0..0: 'a' has 7.\n", lie.Err);
        Assert.StartsWith($"error: the metadata 'justalexnet.arch' of {scratch.At("broken.safetensors")} is not the JSON that it should be.\n", broken.Err, StringComparison.Ordinal);
        Assert.Equal((1, 1), (lie.Code, broken.Code));

        Answer Predict(string name) => Here.Run("predict", Repository.At("samples", "test.png"), "--checkpoint", scratch.At(name));
    }

    [Fact]
    public void Training_from_a_checkpoint_says_so_and_replaces_the_head_of_other_classes()
    {
        var photos = Photos.Of(scratch, "others", 4, "ants", "bees");

        var answer = Here.Train(photos, scratch.At("run"), "--epochs", "1", "--pretrained", model.Best);

        Assert.Equal(0, answer.Code);
        Assert.Contains($"note: begins with the weights of {model.Best}\nnote: the head is new: fc.weight, fc.bias\n", answer.Err, StringComparison.Ordinal);
        using var record = JsonDocument.Parse(File.ReadAllText(scratch.At("run", "run.json")));
        Assert.Equal(model.Best, record.RootElement.GetProperty("pretrained").GetProperty("source").GetString());
        Assert.Equal(64, record.RootElement.GetProperty("pretrained").GetProperty("sha256").GetString()!.Length);
    }

    [Fact]
    public void Training_from_another_network_is_refused_before_anything_is_made()
    {
        Here.Run("train", model.Folder, "--model", "alexnet", "--image-size", "64", "--pretrained", model.Best, "--output", scratch.At("run")).IsBareRefusal(ExitCode.Failed,
            $"error: {model.Best} holds resnet18, --model says alexnet.", "  Pass --model resnet18, or name weights of alexnet.");
        Assert.False(Directory.Exists(scratch.At("run")));
    }
}
