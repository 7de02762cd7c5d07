namespace JustAlexNet.Data;

/// <summary>Pictures that go to one part together.</summary>
/// <param name="Key">Random, decides its turn among those of its size.</param>
/// <param name="Pictures">Places of its pictures, one or more.</param>
/// <param name="Classes">Number of its pictures by label.</param>
internal sealed record SplitUnit(ulong Key, IReadOnlyList<int> Pictures, IReadOnlyDictionary<int, int> Classes);

/// <summary>Which unit goes to which part, so that every class comes near its share of every part.</summary>
/// <remarks>
/// The large units first, each to the part in which it lessens sum (count - wanted)^2 / wanted over its classes the most; so units of one picture, the usual ones, fill every class up to the very number that is wanted.
/// A class whose units are just enough for the parts that have none of it sends one to each.
/// </remarks>
internal static class SplitChoice
{
    /// <summary>The part of every unit; a pure function of its arguments.</summary>
    /// <param name="units">In any order; keys differ.</param>
    /// <param name="classes">Number of labels.</param>
    /// <param name="shares">Of the parts; they add up to 1.</param>
    public static int[] Of(IReadOnlyList<SplitUnit> units, int classes, IReadOnlyList<double> shares)
    {
        var (all, left) = (new int[classes], new int[classes]);       // pictures, and units that have no part yet
        foreach (var (label, count) in units.SelectMany(unit => unit.Classes))
        {
            all[label] += count;
            left[label]++;
        }
        var wanted = all.Select(count => Wanted(count, shares)).ToArray();
        var counts = Enumerable.Range(0, classes).Select(_ => new int[shares.Count]).ToArray();
        var chosen = new int[units.Count];
        foreach (var (place, unit) in units.Index().OrderByDescending(entry => entry.Item.Pictures.Count).ThenBy(entry => entry.Item.Key).ThenBy(entry => entry.Item.Pictures[0]))
        {
            var open = Enumerable.Range(0, shares.Count).Where(part => unit.Classes.Keys.All(label => counts[label][part] == 0 || counts[label].Count(count => count == 0) < left[label])).ToList();
            var part = (open.Count > 0 ? open : Enumerable.Range(0, shares.Count)).MinBy(part => unit.Classes.Sum(own => Change(counts[own.Key][part], own.Value, wanted[own.Key][part])));
            chosen[place] = part;
            foreach (var (label, count) in unit.Classes)
            {
                counts[label][part] += count;
                left[label]--;
            }
        }
        return chosen;
    }

    /// <summary>How many of a class go to each part: its share, rounded so that all are given out (largest remainder), and one at least where there are enough.</summary>
    internal static int[] Wanted(int count, IReadOnlyList<double> shares)
    {
        int[] wanted = [.. shares.Select(share => (int)(count * share))];
        foreach (var part in Enumerable.Range(0, shares.Count).OrderByDescending(part => count * shares[part] - wanted[part]).Take(count - wanted.Sum()).ToList()) wanted[part]++;
        if (count < shares.Count) return wanted;
        for (var part = 0; part < wanted.Length; part++)
            if (wanted[part] == 0) (wanted[part], wanted[Array.IndexOf(wanted, wanted.Max())]) = (1, wanted.Max() - 1);
        return wanted;
    }

    private static double Change(int count, int more, int wanted)
    {
        var (before, after) = (count - wanted, count + more - wanted);
        return ((double)after * after - (double)before * before) / Math.Max(0.5, wanted);
    }
}
