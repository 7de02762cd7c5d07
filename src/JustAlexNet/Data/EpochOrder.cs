using JustAlexNet.Inference;
namespace JustAlexNet.Data;

/// <summary>The order in which an epoch visits its samples.</summary>
public static class EpochOrder
{
    /// <summary>A permutation of 0 to <paramref name="count"/> - 1, all equally likely (Fisher-Yates): a pure function of its arguments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The epoch or the count is negative.</exception>
    public static int[] Permutation(long seed, int epoch, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var random = new SampleRandom(seed, StreamPurpose.EpochOrder, epoch, 0);
        var order = new int[count];
        for (var i = 0; i < count; i++) order[i] = i;
        for (var i = count - 1; i > 0; i--)
        {
            var j = random.NextInt(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    /// <summary>As many places as there are labels, drawn with replacement: a class, each equally likely, then one of its places, each equally likely. A pure function of its arguments.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative.</exception>
    internal static int[] Weighted(long seed, int epoch, IReadOnlyList<int> labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        var random = new SampleRandom(seed, StreamPurpose.WeightedOrder, epoch, 0);
        var classes = Enumerable.Range(0, labels.Count).GroupBy(place => labels[place]).OrderBy(group => group.Key).Select(group => group.ToArray()).ToArray();
        var order = new int[labels.Count];
        for (var i = 0; i < order.Length; i++)
        {
            var places = classes[random.NextInt(classes.Length)];
            order[i] = places[random.NextInt(places.Length)];
        }
        return order;
    }
}
