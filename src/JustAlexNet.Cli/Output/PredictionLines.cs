using System.Globalization;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Cli.Output;

/// <summary>Predictions for people: a line a picture, or with several classes a line each below the picture. Below the threshold the answer is unknown, and what it might be stands behind. How wide the columns are is worked out once.</summary>
internal sealed class PredictionLines(IReadOnlyList<string> images, IReadOnlyList<string> labels, int topK, double? threshold, TextWriter output)
{
    private const int WidestPath = 100;

    private readonly int paths = topK > 1 ? 0 : Math.Min(images.Max(Columns.Width), WidestPath);
    private readonly int names = Math.Max(labels.Max(Columns.Width), threshold is null ? 0 : Columns.Width(Prediction.Unknown));

    /// <summary>Writes one that could be read.</summary>
    public void Write(Prediction prediction)
    {
        if (topK == 1)
        {
            var (index, _, probability) = prediction.Predictions[0];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Columns.Pad(prediction.Image, paths)}   {Columns.Pad(prediction.IsUnknown ? Prediction.Unknown : labels[index], names)}   {probability:0.0000}{(prediction.IsUnknown ? $"   {PrintableText.Of(labels[index])}?" : "")}"));
            return;
        }
        output.WriteLine($"{PrintableText.Of(prediction.Image)}{(prediction.IsUnknown ? $"   {Prediction.Unknown}" : "")}");
        for (var i = 0; i < prediction.Predictions.Count; i++)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i + 1,4}   {Columns.Pad(labels[prediction.Predictions[i].Index], names)}   {prediction.Predictions[i].Probability:0.0000}"));
    }
}
