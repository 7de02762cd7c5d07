using JustAlexNet.Inference;

namespace JustAlexNet.Serving;

/// <summary>What a model says of the pictures of one request. Immutable and thread-safe.</summary>
public sealed class Logits
{
    private readonly ClassNames names;

    internal Logits(float[] values, ClassNames names) => (Values, this.names) = (values, names);

    /// <summary>(N, K) row by row, float32, finite.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>K, the number of classes.</summary>
    public int Classes => names.Count;

    /// <summary>N, the number of pictures.</summary>
    public int Count => Values.Length / Classes;

    /// <summary>From the request's first decode to the begin of its work in the network.</summary>
    public TimeSpan Queue { get; internal init; }

    /// <summary>Decoding and resizing, all pictures added up.</summary>
    public TimeSpan Prepare { get; internal init; }

    /// <summary>In the network, with the other pictures of its batches.</summary>
    public TimeSpan Infer { get; internal init; }

    /// <summary>The logits of one picture, (K).</summary>
    /// <param name="picture">0 to N - 1.</param>
    public ReadOnlySpan<float> Row(int picture) => Values.Span.Slice(picture * Classes, Classes);

    /// <summary>The most probable classes of one picture, most probable first, equal ones by index: those that <c>predict</c> gives.</summary>
    /// <param name="picture">0 to N - 1.</param>
    /// <param name="topK">1 or more; more than there are gives all.</param>
    public IReadOnlyList<ClassProbability> Best(int picture, int topK) => ClassProbability.Best(Row(picture), names, topK);
}
