using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

/// <summary>What predict, evaluate and --resume say of files that are no checkpoint, or not the right one.</summary>
public sealed class WeightsFileTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private const string Plain = "Weights are dictionaries, lists, numbers, texts and tensors: save them with torch.save(model.state_dict(), path).";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("hostile-system.pth", "it asks for posix.system; nothing of it was run.", Plain)]
    [InlineData("hostile-eval.pth", "it asks for __builtin__.eval; nothing of it was run.", Plain)]
    [InlineData("whole-module.pth", "it asks for torch.nn.modules.container.Sequential; nothing of it was run.", Plain)]
    [InlineData("torchscript.pt", "it asks for TorchScript, a program (torch.jit.save); nothing of it was run.", Plain)]
    public void Hostile_file_is_refused_by_every_verb(string file, string why, string next)
    {
        var path = Repository.Golden("checkpoints", file);
        RefusedEverywhere(path, $"cannot read {path}: {why}", next);
    }

    [Fact]
    public void File_that_is_not_there() =>
        RefusedEverywhere("none.pth", "cannot read none.pth: there is no such file.", "Name a file of weights, for example checkpoints/best_model.pth.");

    [Fact]
    public void Checkpoint_cut_off()
    {
        var path = scratch.At("cut.pth");
        File.WriteAllBytes(path, File.ReadAllBytes(model.Best).AsSpan(0, 1_000_000));
        RefusedEverywhere(path, $"cannot read {path}: its zip archive is truncated or has no readable directory.", "The file is damaged or incomplete: copy or download it again.");
    }

    [Fact]
    public void Picture_instead_of_a_checkpoint()
    {
        var path = Repository.At("samples", "test.png");
        RefusedEverywhere(path, $"cannot read {path}: its first bytes (89 50 4E 47 0D 0A 1A 0A) are those of no known format of weights.", "Expected a file of torch.save, or .safetensors.");
    }

    [Fact]
    public void Folder_instead_of_a_checkpoint() => RefusedEverywhere(model.Output, $"cannot read {model.Output}: it is a folder.", "Name a file of weights.");

    [Fact]
    public void Plain_weights_are_no_run_to_continue()
    {
        var path = Repository.Golden("checkpoints", "zip.pth");
        Resume(path).IsBareRefusal(ExitCode.Failed,
            $"error: {path} holds weights, but is no checkpoint of justalexnet train (it lacks 'format': 'justalexnet').", "  Name a latest_model.pth or best_model.pth of a run.");
    }

    [Fact]
    public void Checkpoint_of_another_network_or_other_options_is_not_continued() => Resume(model.Best, "--model", "alexnet", "--seed", "7", "--batch-size", "4").IsBareRefusal(
        ExitCode.Failed,
        $"error: {model.Best} cannot go on with other options: --model alexnet (the run has resnet18), --seed 7 (the run has 0).",
        "  Leave them out to continue the run, or start another with --output and without --resume.");

    [Fact]
    public void Checkpoint_of_other_classes_is_not_continued()
    {
        var photos = Photos.Of(scratch, "others", 4, "ants", "bees");
        Here.Run("train", photos, "--resume", model.Best, "--output", scratch.At("run")).IsBareRefusal(ExitCode.Failed,
            $"error: {model.Best} has other classes than {photos}: cats, dogs, owls there, ants, bees here.", "  Resume with the same pictures, or start another run with --output.");
    }

    [Fact]
    public void Checkpoint_of_other_pictures_is_not_continued()
    {
        var photos = Photos.Three(scratch, each: 6);
        Here.Run("train", photos, "--epochs", "2", "--resume", model.Best, "--output", scratch.At("run")).IsBareRefusal(ExitCode.Failed,
            $"error: {model.Best} was trained on other pictures than those in {photos} now (12 + 3 then, 15 + 3 now, or other names or sizes).",
            "  Resume with the same pictures, or start another run with --output.");
    }

    [Fact]
    public void Checkpoint_of_other_classes_cannot_be_measured()
    {
        var photos = Photos.Of(scratch, "others", 4, "ants", "cats");
        Here.Run("evaluate", photos, "--checkpoint", model.Best, "--output", scratch.At("evaluation")).IsBareRefusal(ExitCode.Failed,
            $"error: {photos} has 1 class folder that the network does not know: ants",
            "  It knows 3 classes, by name. Rename or remove the folders, or choose the checkpoint trained on these classes.");
    }

    [Fact]
    public void Plain_weights_need_a_network_a_preprocessing_and_a_fitting_head()
    {
        var weights = Repository.SharedOrSkip("weights", "imagenette-resnet18.pth");
        var photo = Repository.At("samples", "test.png");
        Here.Run("predict", photo, "--checkpoint", weights).IsBareRefusal(ExitCode.Failed,
            $"error: {weights} does not say which network its weights belong to.", "  Pass --model: alexnet, resnet18, resnet34, densenet121, densenet169, densenet201.");
        Here.Run("predict", photo, "--checkpoint", weights, "--model", "resnet18").IsBareRefusal(ExitCode.Failed,
            $"error: {weights} does not say how its pictures were prepared, and a guess would change predictions.",
            "  Pass --preprocessing imagenet (shorter side, centre crop; 224 px unless --image-size says otherwise), or squash with --image-size.");
        Here.Run("predict", photo, "--checkpoint", weights, "--model", "densenet121", "--preprocessing", "imagenet", "--image-size", "128").IsBareRefusal(ExitCode.Failed,
            $"error: {weights} does not fit densenet121", "  missing     features.conv0.weight   and 726 more", "  unexpected  conv1.weight   and 121 more", "  Its entries are those of resnet18: pass --model resnet18.");
        var wrong = Here.Run("predict", photo, "--checkpoint", weights, "--model", "resnet34", "--preprocessing", "imagenet", "--image-size", "128");
        wrong.IsBareRefusal(ExitCode.Failed, $"error: {weights} does not fit resnet34", "  missing     layer1.2.conv1.weight   and 95 more", "  Its entries are those of resnet18: pass --model resnet18.");
    }

    [Fact]
    public void Plain_weights_predict_when_told_the_rest()
    {
        var weights = Repository.SharedOrSkip("weights", "imagenette-resnet18.pth");
        var names = scratch.At("names.txt");
        File.WriteAllText(names, "tench\nEnglish springer\ncassette player\nchain saw\nchurch\nFrench horn\ngarbage truck\ngas pump\ngolf ball\nparachute\n");
        string[] line = ["predict", Repository.At("samples", "test.png"), "--checkpoint", weights, "--model", "resnet18", "--preprocessing", "imagenet", "--image-size", "128", "--json", "--topk", "10"];
        var without = Here.Run(line);
        var with = Here.Run([.. line, "--class-map", names]);
        Assert.Equal((0, 0), (without.Code, with.Code));
        using var first = JsonDocument.Parse(without.Out);
        using var second = JsonDocument.Parse(with.Out);
        var best = first.RootElement.GetProperty("predictions")[0];
        Assert.Equal($"class {best.GetProperty("index").GetInt32()}", best.GetProperty("class").GetString());
        Assert.Equal(File.ReadAllLines(names)[best.GetProperty("index").GetInt32()], second.RootElement.GetProperty("predictions")[0].GetProperty("class").GetString());
        Assert.Equal(best.GetProperty("probability").GetDouble(), second.RootElement.GetProperty("predictions")[0].GetProperty("probability").GetDouble());
    }

    private Answer Resume(string checkpoint, params string[] more) => Here.Run(["train", model.Folder, "--resume", checkpoint, "--output", scratch.At("run"), .. more]);

    private void RefusedEverywhere(string path, string why, string next)
    {
        string[] lines = [$"error: {why}", $"  {next}"];
        Here.Run("predict", Repository.At("samples", "test.png"), "--checkpoint", path).IsBareRefusal(ExitCode.Failed, lines);
        Here.Run("evaluate", model.Folder, "--checkpoint", path, "--output", scratch.At("evaluation")).IsBareRefusal(ExitCode.Failed, lines);
        Resume(path).IsBareRefusal(ExitCode.Failed, lines);
        Assert.False(Directory.Exists(scratch.At("run")), "a refused run made its folder");
    }
}
