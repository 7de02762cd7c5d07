using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>A way to ask a network about labels.</summary>
public abstract class LabelJudge
{
    private protected LabelJudge() { }

    /// <summary>Asks what the network's own classes say of a picture: those that it knows are judged.</summary>
    public static LabelJudge ByClasses { get; } = new LabelDoubts();

    /// <param name="model">Stays the caller's.</param>
    /// <param name="pictures">As read.</param>
    /// <param name="folder">Named in errors.</param>
    /// <param name="progress">Told how many of how many pictures are seen, or folds fitted.</param>
    /// <param name="stop">Ends between batches and fits.</param>
    /// <returns>The doubtful labels, the most doubtful first.</returns>
    /// <exception cref="DataException">The network cannot judge these labels, or a picture can no longer be read.</exception>
    /// <exception cref="NotFiniteOutputException">Its answers are no numbers.</exception>
    internal abstract IReadOnlyList<DoubtfulLabel> Judge(SavedModel model, IReadOnlyList<CheckedPicture> pictures, string folder, Action<DataCheckStage, int, int> progress, CancellationToken stop);

    /// <summary>In the order in which people look at them.</summary>
    private protected static IReadOnlyList<DoubtfulLabel> Ordered(IEnumerable<DoubtfulLabel> doubts) => [.. doubts.OrderBy(doubt => doubt.Probability).ThenBy(doubt => doubt.Path, CodePointOrder.Instance)];
}
