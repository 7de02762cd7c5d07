using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace Examples;

internal static class FirstSteps
{
    public static void Run()
    {
        using var run = JustAlexNet.Runs.Run.Open(new Recipe(TrainSettings.Schema)
        {
            { DataFolder, "samples/clothing-mini" }, { TrainSettings.Model, ModelCatalogue.Find("resnet18")! }, { TrainSettings.ImageSize, 64 }, { Epochs, 2 }, { Output, "first-steps" },
        });
        Console.WriteLine(run.Execute().Best);

        using var predictor = new Predictor(ModelFile.Open(run.Files.Best));
        foreach (var answer in predictor.Predict(["samples/test.png"], new() { TopK = 3 }))
            Console.WriteLine(string.Join('\n', answer.Predictions));
    }
}
