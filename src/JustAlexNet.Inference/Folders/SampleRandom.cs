namespace JustAlexNet.Inference;

/// <summary>The random numbers of one sample in one epoch: a pure function of (seed, epoch, index).</summary>
/// <remarks>
/// So a sample is augmented alike whichever thread prepares it, in whatever order, in a resumed run too.
/// The stream is SplitMix64 (Steele, Lea, Flood 2014, doi 10.1145/2660193.2660195), started where its own mixing function sends the three numbers.
/// A class and not a struct, because a copy would repeat its numbers unnoticed. Not thread-safe; not for secrets.
/// </remarks>
public sealed class SampleRandom
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong state;

    /// <summary>Starts the stream of one sample in one epoch.</summary>
    /// <param name="seed">The seed of the run, any number.</param>
    /// <param name="epoch">The epoch, 0 or more.</param>
    /// <param name="index">The sample's place in its list, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The epoch or the index is negative.</exception>
    public SampleRandom(long seed, int epoch, int index) : this(seed, StreamPurpose.Sample, epoch, index) { }

    internal SampleRandom(long seed, StreamPurpose purpose, long first, long second)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first, "epoch");
        ArgumentOutOfRangeException.ThrowIfNegative(second, "index");
        state = Mix(Mix(Mix(Mix((ulong)seed) + (ulong)purpose) + (ulong)first) + (ulong)second);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits() => Mix(state += Gamma);

    /// <summary>The next number from 0 (included) to 1 (excluded), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next number from <paramref name="low"/> to <paramref name="high"/> (excluded, up to rounding).</summary>
    public double NextDouble(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>The next whole number from 0 to <paramref name="below"/> (excluded), each equally likely (Lemire, arXiv 1805.10941).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="below"/> is 0 or less.</exception>
    public int NextInt(int below)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(below);
        var bound = (ulong)below;
        var high = Math.BigMul(NextBits(), bound, out var low);
        if (low < bound)
        {
            var unfair = (0UL - bound) % bound;
            while (low < unfair) high = Math.BigMul(NextBits(), bound, out low);
        }
        return (int)high;
    }

    /// <summary>SplitMix64's finaliser: a bijection of the 64-bit numbers.</summary>
    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

/// <summary>What a stream is for; streams of different purposes never meet.</summary>
internal enum StreamPurpose : ulong
{
    Sample = 0,
    EpochOrder = 1,
    ValidationSplit = 2,
    HeadSampling = 3,
    HeadStart = 4,
    Folds = 5,
    Mixing = 6,
    WeightedOrder = 7,
    DataSplit = 8,
    DataSample = 9,
}
