using JustAlexNet.Inference;
using JustAlexNet.Training;

namespace JustAlexNet.Examples;

internal static class PredictAndEvaluate
{
    public static void Run()
    {
        using var model = ModelFile.Open("checkpoints/best_model.pth");
        foreach (var answer in new Predictor(model).Predict(["photo.jpg"], new() { TopK = 3 }))
            foreach (var (index, name, probability) in answer.Predictions)
                Console.WriteLine($"{answer.Image}: {name} {probability:P1}");

        var evaluation = EvaluationRun.Open(model, "photos");
        var report = evaluation.Run();
        Console.WriteLine($"{evaluation.What}: top-1 {report.Top1:P1}, macro-F1 {report.MacroF1:0.000}");
    }
}
