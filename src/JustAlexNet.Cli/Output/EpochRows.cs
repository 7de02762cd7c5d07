using System.Globalization;
using JustAlexNet.Training;

namespace JustAlexNet.Cli.Output;

/// <summary>The table of epochs for people.</summary>
/// <param name="narrow">Without learning rate and speed, for a terminal of 80 places.</param>
internal sealed class EpochRows(bool narrow)
{
    /// <summary>Places that a row of all columns takes, the mark of the best epoch included.</summary>
    public const int Width = 95;

    public string Header(int k) =>
        $"epoch{(narrow ? "" : "       lr")}   train loss   top-1   top-{k}   val loss   top-1   top-{k}{(narrow ? "" : "   photos/s")}    time";

    public string Of(EpochRecord r, bool isBest) => string.Create(CultureInfo.InvariantCulture,
        $"{r.Epoch,5}{(narrow ? "" : $" {r.LearningRate,8:0.######}")}   {r.TrainLoss,10:0.0000}   {r.TrainTop1:0.000}   {r.TrainTopK:0.000}   {r.ValLoss,8:0.0000}   {r.ValTop1:0.000}   {r.ValTopK:0.000}{(narrow ? "" : $"   {r.PhotosPerSecond,8:0.0}")}   {Durations.Clock(r.Seconds),5}{(isBest ? "  best" : "")}");
}
