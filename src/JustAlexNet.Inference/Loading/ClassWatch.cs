using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>A class of which no picture is left: every one of its pictures in a part of the data cannot be read.</summary>
/// <param name="Name">The class.</param>
/// <param name="Pictures">How many it had, 1 or more.</param>
/// <param name="Last">The one that was found last.</param>
internal sealed record LostClass(string Name, int Pictures, SkippedImage Last)
{
    /// <summary>Such as <c>none of the 3 training pictures of cats can be read</c>.</summary>
    /// <param name="kind">What they are for, with a blank behind: <c>training </c>; empty: nothing in particular.</param>
    public string Said(string kind) => Pictures == 1 ? $"the only {kind}picture of {PrintableText.Of(Name)} cannot be read" : $"none of the {Counted.Of(Pictures, $"{kind}picture")} of {PrintableText.Of(Name)} can be read";

    /// <summary>The end of a sentence on a class that can still be learned.</summary>
    public const string IsUnmeasured = "how well this class is recognised is not measured";
}

/// <summary>Tells when a class has lost all its pictures of a part of the data to faults. Not thread-safe.</summary>
/// <param name="samples">The part.</param>
/// <param name="classes">The names of the labels.</param>
/// <param name="lost">Hears of each such class, once; may throw, which ends the reading.</param>
internal sealed class ClassWatch(IReadOnlyList<Sample> samples, IReadOnlyList<string> classes, Action<LostClass> lost)
{
    private Dictionary<string, int>? labels;
    private int[] left = [];

    /// <summary>A picture is left out: the class that loses its last one by it, or null.</summary>
    public LostClass? Leave(SkippedImage bad)
    {
        if (labels is null)     // most data sets have no bad picture
        {
            labels = new(samples.Count);
            left = new int[classes.Count];
            foreach (var sample in samples)
                if (labels.TryAdd(sample.Path, sample.Label)) left[sample.Label]++;
        }
        return labels.TryGetValue(bad.Path, out var label) && --left[label] == 0 ? new(classes[label], labels.Values.Count(other => other == label), bad) : null;
    }

    /// <summary>Says so.</summary>
    public void Tell(LostClass found) => lost(found);
}
