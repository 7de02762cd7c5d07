using JustAlexNet.Inference;

namespace JustAlexNet.Transfer;

/// <summary>Divides pictures into folds that each have their share of every class.</summary>
internal static class StratifiedFolds
{
    /// <summary>The fold of every picture, 0 to <paramref name="folds"/> - 1; sizes differ by at most one, in all and within a class.</summary>
    /// <param name="labels">(N).</param>
    /// <param name="folds">2 or more.</param>
    /// <param name="seed">Decides which picture goes where, together with the order of the pictures.</param>
    public static int[] Assign(IReadOnlyList<int> labels, int folds, long seed)
    {
        var fold = new int[labels.Count];
        var next = 0;
        foreach (var group in Enumerable.Range(0, labels.Count).GroupBy(i => labels[i]).OrderBy(group => group.Key))
        {
            var random = new SampleRandom(seed, StreamPurpose.Folds, group.Key, 0);
            foreach (var (_, picture) in group.Select(picture => (Key: random.NextBits(), picture)).OrderBy(entry => entry.Key)) fold[picture] = next++ % folds;
        }
        return fold;
    }

    /// <summary>The pictures inside (the fold's complement) and outside (the fold) of a fit.</summary>
    public static (int[] Inside, int[] Outside) Divide(int[] assigned, int fold) =>
        ([.. Enumerable.Range(0, assigned.Length).Where(i => assigned[i] != fold)], [.. Enumerable.Range(0, assigned.Length).Where(i => assigned[i] == fold)]);
}
