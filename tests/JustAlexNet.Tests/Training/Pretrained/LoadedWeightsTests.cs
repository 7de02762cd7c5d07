using System.Text.Json;
using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Runs;
using JustAlexNet.Runs.Tests;
using JustAlexNet.Tests.Support;
using JustAlexNet.Weights;
using JustAlexNet.Weights.Pretrained;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class LoadedWeightsTests : RunTestBase
{
    private static readonly string[] Three = ["dress", "hat", "pants"];

    [Fact]
    public void ImageNet_weights_bring_preprocessing_names_licence_and_hash()
    {
        var (row, download) = Published(classes: 1000);

        var weights = LoadedWeights.Fetch(row, download);
        using var model = ModelFile.Open(weights, new SavedModelOptions { Model = "resnet18" });

        Assert.Equal(("imagenet", "resnet18", row.Sha256), (weights.Source, weights.Arch, weights.Sha256));
        Assert.Equal(Preprocessing.ImageNet(224), model.Preprocessing);
        Assert.Equal("tench", model.Classes[0]);
        Assert.Equal(1000, model.Classes.Count);
        Assert.Equal(ImageNetWeights.Licence, model.Licence);
        var answer = new Predictor(model).Predict([Directory.GetFiles(Path.Combine(Photos(), "train", "hat"))[0]], new() { TopK = 5 }).Single();
        Assert.All(answer.Predictions, p => Assert.Equal(ImageNetClasses.Names[p.Index], p.Class));
    }

    [Fact]
    public void ImageNet_weights_of_a_network_that_is_not_named_or_not_known_are_an_error()
    {
        Assert.Equal(
            "there are no ImageNet weights for a network that is not named.\n  Pass `model`: alexnet, resnet18, resnet34, densenet121, densenet169, densenet201.",
            Assert.Throws<WeightsException>(() => LoadedWeights.Open("imagenet")).Message);
        Assert.StartsWith("there are no ImageNet weights for 'vgg'.", Assert.Throws<WeightsException>(() => LoadedWeights.Open("imagenet", "vgg")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoint_of_ours_says_all_about_itself_and_must_not_be_contradicted()
    {
        var best = Trained();

        var weights = LoadedWeights.Open(best);

        Assert.Equal(("resnet18", 33, 3), (weights.Arch, weights.Preprocessing!.Side, weights.Classes!.Count));
        Assert.Equal(WeightsCache.Sha256(best), weights.Sha256);
        Assert.Equal($"{best} holds resnet18, `model` says alexnet.\n  Pass `model` resnet18, or name weights of alexnet.", Assert.Throws<WeightsException>(() => LoadedWeights.Open(best, "alexnet")).Message);
    }

    [Fact]
    public void Head_is_taken_where_the_classes_are_the_same_and_left_where_they_are_others()
    {
        var best = Trained();
        var weights = LoadedWeights.Open(best);
        using var same = Network(3);
        using var renamed = Network(3);
        using var more = Network(4);
        var before = Head(renamed);

        Assert.Empty(weights.LoadInto(same, Three).Notes);
        Assert.Equal(["the head is new: fc.weight, fc.bias"], weights.LoadInto(renamed, ["a", "b", "c"]).Notes);
        Assert.Equal(["the head is new: fc.weight, fc.bias"], weights.LoadInto(more, [.. Three, "shoes"]).Notes);

        Assert.Equal(before, Head(renamed));
        Assert.NotEqual(before, Head(same));
        Assert.Equal(First(same), First(renamed));
        Assert.Equal(First(same), First(more));
    }

    [Fact]
    public void Weights_of_another_network_are_refused_with_every_difference()
    {
        var (_, path) = Foreign(classes: 3);
        using var other = ModelCatalogue.Find("resnet34")!.Create(3);

        var error = Assert.Throws<WeightsException>(() => LoadedWeights.Open(path).LoadInto(other, Three));

        Assert.StartsWith($"{path} does not fit resnet34\n  missing     layer1.2.conv1.weight   and 95 more", error.Message, StringComparison.Ordinal);
        Assert.Equal(96, error.Mismatch!.Missing.Count);
    }

    [Fact]
    public void Training_begins_with_the_weights_and_records_them()
    {
        var (network, path) = Foreign(classes: 5);
        var options = Options(epochs: 1).With(TrainSettings.Pretrained, path);
        using (var run = Run.Open(options))
        {
            Assert.Equal(First(network), First(run.Plan.Loop!.Network));
            Assert.Equal([$"begins with the weights of {path}", "the head is new: fc.weight, fc.bias"], run.Notes);
            run.Execute();
        }

        using var record = JsonDocument.Parse(File.ReadAllText(Files(options).Record));
        Assert.Equal(path, record.RootElement.GetProperty("options").GetProperty("pretrained").GetString());
        Assert.Equal(WeightsCache.Sha256(path), record.RootElement.GetProperty("pretrained").GetProperty("sha256").GetString());
        Assert.Equal(path, Checkpoint.Read(Files(options).Latest).Options["pretrained"]);
        using var other = Run.Open(Options(output: "fresh"));
        Assert.NotEqual(First(network), First(other.Plan.Loop!.Network));
        network.Dispose();
    }

    [Fact]
    public void Run_that_goes_on_needs_the_file_no_more()
    {
        var (network, path) = Foreign(classes: 5);
        network.Dispose();
        Execute(Options(epochs: 1).With(TrainSettings.Pretrained, path));
        File.Delete(path);

        using var run = Run.Open(GoOn().With(Epochs, 2).With(TrainSettings.Pretrained, "elsewhere.pth"));

        Assert.Equal(path, run.Recipe.Get(TrainSettings.Pretrained));
        Assert.Contains($"`pretrained` is left aside: the run goes on with {path}", run.Notes);
    }

    [Fact]
    public void Mean_and_deviation_of_the_weights_come_along_and_stay_when_the_run_goes_on()
    {
        var best = Trained();
        var root = (PickleDictionary)TorchFile.Read(best)!;
        root.Require<PickleDictionary>("preprocessing", best)["mean"] = new List<object?> { 0.5, 0.25, 0.125 };
        TorchFile.Write(Scratch.At("other-mean.pth"), root);
        var options = Options(output: "second", epochs: 1).With(TrainSettings.Pretrained, Scratch.At("other-mean.pth"));

        using (var run = Run.Open(options))
        {
            Assert.Equal(new ChannelValues(0.5, 0.25, 0.125), run.Preprocessing.Mean);
            run.Execute();
        }

        using var again = Run.Open(GoOn("second").With(Epochs, 2));
        Assert.Equal(new ChannelValues(0.5, 0.25, 0.125), again.Preprocessing.Mean);
        Assert.NotEqual(Preprocessing.ImageNet(33).Mean, again.Preprocessing.Mean);
    }

    [Fact]
    public void File_that_is_not_there_ends_the_run_before_its_folder_is_made()
    {
        var options = Options().With(TrainSettings.Pretrained, Scratch.At("none.pth"));

        Assert.Contains("there is no such file.", Assert.Throws<WeightsException>(() => Run.Open(options)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(options.Get(Output)));
    }

    private static Network Network(int classes) => ModelCatalogue.Find("resnet18")!.Create(classes, seed: 9);

    private static double[] First(Network network) => Same.Doubles(network.State[0].Value);

    private static double[] Head(Network network) => Same.Doubles(network.State[^2].Value);

    private string Trained()
    {
        var options = Options(output: "first", epochs: 1);
        Execute(options);
        return Files(options).Best;
    }

    /// <summary>A plain state dictionary as torchvision's users save it.</summary>
    private (Network Network, string Path) Foreign(int classes)
    {
        var network = ModelCatalogue.Find("resnet18")!.Create(classes, seed: 77);
        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var (name, value) in network.State) state[name] = value;
        TorchFile.Write(Scratch.At("foreign.pth"), state);
        if (classes == 3) network.Dispose();
        return (network, Scratch.At("foreign.pth"));
    }

    /// <summary>A row of a table whose file lies in PyTorch's cache.</summary>
    private (PretrainedFile Row, DownloadOptions Download) Published(int classes)
    {
        var (network, path) = Foreign(classes);
        network.Dispose();
        var there = Scratch.At("torch", "hub", "checkpoints", "resnet18-00000000.pth");
        File.Move(path, there);
        var row = new PretrainedFile("resnet18", "resnet18-00000000.pth", new FileInfo(there).Length, WeightsCache.Sha256(there), 0.7, 0.9);
        return (row, new DownloadOptions { Environment = name => name == "TORCH_HOME" ? Scratch.At("torch") : name == "JUSTALEXNET_CACHE" ? Scratch.At("cache") : null });
    }
}
