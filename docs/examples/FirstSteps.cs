using JustAlexNet.Inference;
using JustAlexNet.Training;

namespace JustAlexNet.Examples;

internal static class FirstSteps
{
    public static void Run()
    {
        using var run = TrainingRun.Open(new TrainingRunOptions
        {
            Data = "samples/clothing-mini", Model = "resnet18", ImageSize = 64, Output = "first-steps", Training = new() { Epochs = 2 },
        });
        Console.WriteLine(run.Run().Best);

        using var predictor = new Predictor(ModelFile.Open(run.Files.Best));
        foreach (var answer in predictor.Predict(["samples/test.png"], new() { TopK = 3 }))
            Console.WriteLine(string.Join('\n', answer.Predictions));
    }
}
