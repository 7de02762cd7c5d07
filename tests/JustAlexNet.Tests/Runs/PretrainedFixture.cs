using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.TestSupport;
using JustAlexNet.Transfer;
using JustAlexNet.Weights;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>Weights and photos for tests of transfer: a resnet18 of random weights as PyTorch's users save it, a few real photos, a cache of its own.</summary>
public abstract class PretrainedFixture : IDisposable
{
    protected const int Side = 33;

    private protected Scratch Scratch { get; } = new();

    private protected string Cache => Scratch.At("cache", "x")[..^2];

    public void Dispose()
    {
        Scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A plain state dictionary with 7 classes.</summary>
    private protected string Weights(long seed = 0, string model = "resnet18")
    {
        var path = Scratch.At($"{model}-{seed}.pth");
        if (File.Exists(path)) return path;
        using var network = ModelCatalogue.Find(model)!.Create(classes: 7, seed);
        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var (name, value) in network.State) state[name] = value;
        TorchFile.Write(path, state);
        return path;
    }

    private protected string Photos(int classes = 3, int train = 6, int val = 2)
    {
        var folder = Scratch.At($"photos-{classes}-{train}-{val}");
        return Directory.Exists(folder) ? folder : MiniPhotos.Make(folder, classes, train, val);
    }

    private protected Recipe Options(string? data = null, string output = "out") => new(TransferSettings.Schema)
    {
        { DataFolder, data ?? Photos() }, { TransferSettings.Pretrained, Weights() }, { TransferSettings.ImageSize, Side }, { Workers, 1 }, { TransferSettings.Cache, Cache }, { Output, Scratch.At(output) },
    };

    /// <summary>Fine-tuning for two epochs of five steps.</summary>
    private protected Recipe Tuned(string output = "out", int epochs = 2) => Options(output: output).With(TransferSettings.Mode, TransferMode.FineTune).With(BatchSize, 4).With(Epochs, epochs);

    /// <summary>What fine-tuning that goes on has to be told.</summary>
    private protected Recipe GoOn(string output = "out") =>
        new(TransferSettings.Schema) { { DataFolder, Photos() }, { TransferSettings.Mode, TransferMode.FineTune }, { Resume, "auto" }, { Output, Scratch.At(output) } };

    /// <summary>On a network in an .onnx file instead.</summary>
    private protected Recipe OnnxOptions(string file, int? side = 16, string? data = null) =>
        Options(data).With(TransferSettings.Pretrained, null).With(TransferSettings.Backbone, $"onnx:{file}").With(TransferSettings.ImageSize, side);

    private protected static RunResult Execute(Recipe recipe, params Training.TrainingListener[] listeners) => RunSteps.Execute(recipe, listeners);
}
