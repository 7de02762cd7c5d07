using System.Globalization;

namespace JustAlexNet.Inference;

/// <summary>Predictions as comma-separated values (RFC 4180), a line for each class of each picture.</summary>
/// <remarks>
/// Columns: image; answer (the best class, or unknown); rank from 1, index and name of a class; its probability; the threshold, empty where there is none; error, where the picture could not
/// be read. Names that a spreadsheet would compute get a ' in front. Not thread-safe.
/// </remarks>
public sealed class PredictionTable
{
    private readonly TextWriter target;

    /// <summary>Begins the table with its head.</summary>
    /// <param name="target">Stays the caller's.</param>
    public PredictionTable(TextWriter target)
    {
        ArgumentNullException.ThrowIfNull(target);
        this.target = target;
        target.Write("image,answer,rank,index,class,probability,threshold,error\n");
    }

    /// <summary>Writes a picture's lines.</summary>
    public void Add(Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        var image = Csv.Field(prediction.Image);
        if (prediction.Error is { } error) target.Write($"{image},,,,,,,{Csv.Field(error)}\n");
        foreach (var (i, (index, name, probability)) in prediction.Predictions.Index())
            target.Write(string.Create(CultureInfo.InvariantCulture, $"{image},{Csv.Field(prediction.Answer!)},{i + 1},{index},{Csv.Field(name)},{probability:R},{prediction.Threshold:R},\n"));
    }
}
