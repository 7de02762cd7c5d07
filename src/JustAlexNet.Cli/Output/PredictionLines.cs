using System.Globalization;
using JustAlexNet.Inference;

namespace JustAlexNet.Cli.Output;

/// <summary>Predictions for people: a line a picture, or with several classes a line each below the picture. How wide the columns are is worked out once.</summary>
internal sealed class PredictionLines(IReadOnlyList<string> images, IReadOnlyList<string> labels, int topK, TextWriter output)
{
    private const int WidestPath = 100;

    private readonly int paths = topK > 1 ? 0 : Math.Min(images.Max(Columns.Width), WidestPath);
    private readonly int names = labels.Max(Columns.Width);

    /// <summary>Writes one that could be read.</summary>
    public void Write(Prediction prediction)
    {
        if (topK == 1)
        {
            var (index, _, probability) = prediction.Predictions[0];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Columns.Pad(prediction.Image, paths)}   {Columns.Pad(labels[index], names)}   {probability:0.0000}"));
            return;
        }
        output.WriteLine(prediction.Image);
        for (var i = 0; i < prediction.Predictions.Count; i++)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i + 1,4}   {Columns.Pad(labels[prediction.Predictions[i].Index], names)}   {prediction.Predictions[i].Probability:0.0000}"));
    }
}
