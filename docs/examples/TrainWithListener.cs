using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace Examples;

internal static class TrainWithListener
{
    public static void Run()
    {
        using var run = JustAlexNet.Runs.Run.Open(new Recipe(TrainSettings.Schema)
        {
            { DataFolder, "photos" }, { TrainSettings.Model, ModelCatalogue.Find("resnet18")! }, { TrainSettings.ImageSize, 64 }, { Epochs, 2 }, { Schedules.Schedule, "cosine" }, { Output, "from-code" },
        });
        run.Add(new PrintLoss());
        var result = run.Execute();
        Console.WriteLine($"{result.Outcome}: {result.Best!.ValTop1:P0} in epoch {result.Best.Epoch}");
    }
}

sealed class PrintLoss : TrainingListener
{
    public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest) =>
        Console.WriteLine($"epoch {record.Epoch}: {record.TrainLoss:0.000} -> {record.ValLoss:0.000}");
}
