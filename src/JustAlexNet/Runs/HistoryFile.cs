using System.Globalization;
using System.Text;
using JustAlexNet.Training;

namespace JustAlexNet.Runs;

/// <summary>The finished epochs as a table: the columns of <c>history.csv</c> and of every line of `json`.</summary>
public static class HistoryFile
{
    /// <summary>The columns in order; the accuracies are called top1 and topk's own name, such as top5 (top3 with three classes).</summary>
    public static IReadOnlyList<string> Columns(int k) =>
        ["epoch", "lr", "train_loss", "train_top1", $"train_top{k}", "val_loss", "val_top1", $"val_top{k}", "seconds", "photos_per_second", "image_size"];

    /// <summary>The values of a record in the order of <see cref="Columns"/>. Fractions from 0 to 1, natural logarithms, seconds.</summary>
    public static IReadOnlyList<double> Values(EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return
        [
            record.Epoch, record.LearningRate, record.TrainLoss, record.TrainTop1, record.TrainTopK, record.ValLoss, record.ValTop1, record.ValTopK,
            Math.Round(record.Seconds, 3), Math.Round(record.PhotosPerSecond, 2), record.ImageSize,
        ];
    }

    /// <summary>The table: a line of names, then a line an epoch; numbers as short as they can be without loss.</summary>
    public static string Format(IEnumerable<EpochRecord> history, int k)
    {
        var text = new StringBuilder(string.Join(',', Columns(k))).Append('\n');
        foreach (var record in history)
            text.AppendJoin(',', Values(record).Select(value => value.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        return text.ToString();
    }
}
