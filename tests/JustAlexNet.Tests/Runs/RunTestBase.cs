using JustAlexNet.Data;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.TestSupport;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>Short runs of train on a few real photos.</summary>
public abstract class RunTestBase : IDisposable
{
    private protected Scratch Scratch { get; } = new();

    public void Dispose()
    {
        Scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Recipe Options(string model = "resnet18", string output = "out", int side = 33, int epochs = 2) => new(TrainSettings.Schema)
    {
        { DataFolder, Photos() }, { TrainSettings.Model, ModelCatalogue.Find(model)! }, { TrainSettings.ImageSize, side }, { BatchSize, 4 }, { AugmentationSettings.Augment, ["standard"] },
        { Epochs, epochs }, { Output, Scratch.At(output) },
    };

    /// <summary>What a run that goes on has to be told.</summary>
    private protected Recipe GoOn(string output = "out", string from = "auto") => new(TrainSettings.Schema) { { DataFolder, Photos() }, { Resume, from }, { Output, Scratch.At(output) } };

    private protected string Photos(int classes = 3, int train = 4, int val = 2)
    {
        var folder = Scratch.At($"photos-{classes}-{train}-{val}");
        return Directory.Exists(folder) ? folder : MiniPhotos.Make(folder, classes, train, val);
    }

    private protected static RunFolder Files(Recipe recipe) => new(recipe.Get(Output));

    private protected static RunResult Execute(Recipe recipe, params Training.TrainingListener[] listeners) => RunSteps.Execute(recipe, listeners);

    /// <summary>Runs and asks to stop after so many steps of the whole run.</summary>
    private protected static RunResult ExecuteUntil(int steps, Recipe recipe) => RunSteps.ExecuteUntil(steps, recipe);

    /// <summary>Everything in a checkpoint that must not depend on interruptions: all but times and the output folder.</summary>
    private protected static string Content(string checkpoint) => RunSteps.Content(checkpoint);
}
