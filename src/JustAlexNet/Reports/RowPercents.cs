using System.Globalization;
using JustAlexNet.Inference;

namespace JustAlexNet.Reports;

/// <summary>The percentages of a confusion matrix's rows: equal counts of a row have equal ones, and all of a picture have the same number of decimals.</summary>
/// <remarks>
/// In whole percents where every share is one, else in tenths, each rounded by itself, half away from zero, on the exact fraction, as <see cref="Figures.Percent"/> does: those of a row may add up to 99.9 or 100.1.
/// A count is never shown as nothing (<c>&lt;0.1 %</c>), nor a share as all that is not all (<c>&gt;99.9 %</c>).
/// </remarks>
internal sealed class RowPercents
{
    private readonly ConfusionMatrix matrix;
    private readonly long[] sums;
    private readonly bool tenths;

    public RowPercents(ConfusionMatrix matrix, long[] sums)
    {
        (this.matrix, this.sums) = (matrix, sums);
        tenths = Enumerable.Range(0, matrix.Classes).Any(HasFraction);
    }

    /// <summary>The longest text of a cell.</summary>
    public string Widest => tenths ? ">99.9 %" : "100 %";

    /// <summary>The texts of a true class's cells, in the order of the predicted classes; empty where the count is 0.</summary>
    public string[] Of(int label)
    {
        var counts = matrix.Row(label);
        var texts = new string[counts.Length];
        for (var c = 0; c < counts.Length; c++) texts[c] = counts[c] == 0 ? "" : Of(counts[c], sums[label]) + " %";
        return texts;
    }

    private string Of(long count, long sum)
    {
        var all = tenths ? 1000 : 100;
        var units = (int)(((Int128)count * all * 2 + sum) / ((Int128)sum * 2));
        if (units == 0) return "<0.1";
        if (units == all && count < sum) return ">99.9";
        return tenths ? (units / 10.0).ToString("0.0", CultureInfo.InvariantCulture) : units.ToString(CultureInfo.InvariantCulture);
    }

    private bool HasFraction(int label)
    {
        foreach (var count in matrix.Row(label))
            if (sums[label] > 0 && (Int128)count * 100 % sums[label] != 0) return true;
        return false;
    }
}
