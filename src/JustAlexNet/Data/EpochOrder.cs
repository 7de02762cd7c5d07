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
}
