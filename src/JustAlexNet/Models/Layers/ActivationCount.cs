namespace JustAlexNet.Models.Layers;

/// <summary>The axes C, H, W of one picture's activations; H and W are 1 after a flattening.</summary>
internal readonly record struct Extent(long Channels, long Height, long Width)
{
    /// <summary>Number of values.</summary>
    public long Values => Channels * Height * Width;

    /// <summary>What a square window gives: (size + 2 pad - kernel) / stride + 1 places a side, rounded down.</summary>
    public Extent Windowed(long channels, int kernel, int stride, int pad = 0) => new(channels, (Height + 2 * pad - kernel) / stride + 1, (Width + 2 * pad - kernel) / stride + 1);
}

/// <summary>Adds up what the activations of one picture take, without computing any: each layer tells what it makes. Not thread-safe.</summary>
/// <param name="memoryEfficient">See <see cref="Network.MemoryEfficient"/>.</param>
internal sealed class ActivationCount(bool memoryEfficient)
{
    /// <summary>Values that a training step keeps for the backward pass, in the precision of the network.</summary>
    public long Kept { get; private set; }

    /// <summary>Bytes that it keeps for the places of maxima.</summary>
    public long IndexBytes { get; private set; }

    /// <summary>The most values that one layer needs at once: its input, its result and what it makes on the way.</summary>
    public long Widest { get; private set; }

    /// <summary>The most values that one layer computes again in the backward pass, with their gradients.</summary>
    public long Again { get; private set; }

    /// <summary>Whether layers compute again what they could keep.</summary>
    public bool MemoryEfficient => memoryEfficient;

    /// <summary>A layer makes a new tensor, which the backward pass needs.</summary>
    /// <param name="from">Its input.</param>
    /// <param name="result">What it makes, returned.</param>
    /// <param name="indexBytes">For the places of maxima beside it.</param>
    public Extent Make(Extent from, Extent result, long indexBytes = 0)
    {
        Keep(result.Values);
        IndexBytes += indexBytes;
        Hold(from.Values + result.Values);
        return result;
    }

    /// <summary>Values that are kept.</summary>
    public void Keep(long values) => Kept += values;

    /// <summary>Values that are computed again instead of being kept.</summary>
    public void Repeat(long values) => Again = Math.Max(Again, 2 * values);

    /// <summary>Values that are there at once.</summary>
    public void Hold(long values) => Widest = Math.Max(Widest, values);
}
