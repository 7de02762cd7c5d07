using JustAlexNet.Inference;

namespace Examples;

internal static class PredictWithoutLibTorch
{
    public static void Run()
    {
        using var predictor = Predictor.Open("best_model.onnx");
        var answer = predictor.Predict("photo.jpg");
        Console.WriteLine(answer);
    }
}
