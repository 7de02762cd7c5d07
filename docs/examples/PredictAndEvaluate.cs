using JustAlexNet.Inference;
using JustAlexNet.Training;

namespace Examples;

internal static class PredictAndEvaluate
{
    public static void Run()
    {
        using var predictor = new Predictor(ModelFile.Open("checkpoints/best_model.pth"));
        Console.WriteLine(predictor.Predict("photo.jpg"));                                      // photo.jpg: dress .3812

        using var upload = File.OpenRead("photo.jpg");                                          // any stream, or Picture.Bytes
        foreach (var (index, name, probability) in predictor.Predict(Picture.Stream(upload), new() { TopK = 3 }).Predictions)
            Console.WriteLine($"{index} {name} {probability:P1}");
        foreach (var answer in predictor.Predict(Directory.EnumerateFiles("photos/hat"), new() { Threshold = 0.8 }))
            Console.WriteLine($"{answer.Image}: {answer.Answer}");

        var evaluation = EvaluationRun.Open(predictor.Model, "photos");
        var report = evaluation.Run();
        Console.WriteLine($"{evaluation.What}: top-1 {report.Top1:P1}, macro-F1 {report.MacroF1:0.000}");
    }
}
