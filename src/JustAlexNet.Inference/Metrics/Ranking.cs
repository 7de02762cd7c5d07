using System.Numerics;

namespace JustAlexNet.Inference;

/// <summary>Order among the classes of one answer: larger first, and of equal values the lower index first.</summary>
internal static class Ranking
{
    /// <summary>The index of the largest value. No value may be NaN.</summary>
    public static int Best<T>(ReadOnlySpan<T> values) where T : struct, INumber<T>
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
            if (values[i] > values[best]) best = i;
        return best;
    }

    /// <summary>The indices of the largest values, largest first. No value may be NaN.</summary>
    public static int[] First<T>(ReadOnlySpan<T> values, int count) where T : struct, INumber<T>
    {
        var (own, places) = (values.ToArray(), Enumerable.Range(0, values.Length).ToArray());
        Array.Sort(places, (x, y) => own[y].CompareTo(own[x]) is var order and not 0 ? order : x - y);
        return places[..Math.Min(count, places.Length)];
    }

    /// <summary>How many classes stand before <paramref name="index"/>: 0 for the first. No value may be NaN.</summary>
    public static int PlaceOf<T>(ReadOnlySpan<T> values, int index) where T : struct, INumber<T>
    {
        var before = 0;
        for (var i = 0; i < values.Length; i++)
            if (values[i] > values[index] || (values[i] == values[index] && i < index)) before++;
        return before;
    }
}
