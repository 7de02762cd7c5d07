using System.Globalization;
using JustAlexNet.Inference;

namespace JustAlexNet.Reports;

/// <summary>The percentages of a confusion matrix's rows: those of a row add up to 100, and all of a picture have the same number of decimals.</summary>
/// <remarks>
/// In whole percents where every share is one, else in tenths. What rounding leaves over goes to the shares that lost most by it (the method of the largest remainder), of equal ones to the first.
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
        var sum = sums[label];
        var texts = new string[counts.Length];
        var all = tenths ? 1000 : 100;
        var units = Units(counts, sum, all);
        for (var c = 0; c < counts.Length; c++)
            texts[c] = counts[c] == 0 ? "" : units[c] == 0 ? "<0.1 %" : units[c] == all && counts[c] < sum ? ">99.9 %"
                : (tenths ? (units[c] / 10.0).ToString("0.0", CultureInfo.InvariantCulture) : units[c].ToString(CultureInfo.InvariantCulture)) + " %";
        return texts;
    }

    private bool HasFraction(int label)
    {
        foreach (var count in matrix.Row(label))
            if (sums[label] > 0 && (Int128)count * 100 % sums[label] != 0) return true;
        return false;
    }

    private static int[] Units(ReadOnlySpan<long> counts, long sum, int all)
    {
        var units = new int[counts.Length];
        if (sum == 0) return units;
        var lost = new (Int128 Remainder, int At)[counts.Length];
        for (var c = 0; c < counts.Length; c++)
        {
            var scaled = (Int128)counts[c] * all;
            (units[c], lost[c]) = ((int)(scaled / sum), (-(scaled % sum), c));
        }
        var over = all - units.Sum();
        foreach (var (_, at) in lost.Order().Take(over)) units[at]++;
        return units;
    }
}
