namespace JustAlexNet.Imaging.Resizing;

/// <summary>
/// Which source pixels make each pixel of the result along one axis, and with what weights: Pillow's <c>precompute_coeffs</c> and
/// <c>normalize_coeffs_8bpc</c>, weights as fixed-point numbers with 22 binary places.
/// </summary>
internal sealed class Coefficients
{
    /// <summary>Binary places of a weight: 32 bits less 8 for the pixel and 2 for sums beyond one.</summary>
    public const int Places = 22;

    private readonly int[] starts;
    private readonly int[] counts;
    private readonly int[] weights;
    private int[]? cutWeights;

    public Coefficients(AxisKey key)
    {
        Key = key;
        var kernel = Kernel.For(key.Interpolation);
        var scale = key.Extent / key.Target;
        var stretch = Math.Max(scale, 1.0);                 // the kernel grows where the picture shrinks
        var support = kernel.Support * stretch;
        Longest = (int)Math.Ceiling(support) * 2 + 1;
        starts = new int[key.Count];
        counts = new int[key.Count];
        weights = new int[checked(key.Count * Longest)];

        var exact = new double[Longest];
        for (var i = 0; i < key.Count; i++)
        {
            var centre = key.Begin + (key.First + i + 0.5) * scale;
            var start = Math.Max((int)(centre - support + 0.5), 0);
            var count = Math.Min((int)(centre + support + 0.5), key.Source) - start;
            var sum = 0.0;
            for (var tap = 0; tap < count; tap++)
            {
                exact[tap] = kernel.Weight((tap + start - centre + 0.5) * (1.0 / stretch));
                sum += exact[tap];
            }
            starts[i] = start;
            counts[i] = count;
            var fixedPoint = weights.AsSpan(i * Longest, count);
            for (var tap = 0; tap < count; tap++) fixedPoint[tap] = ToFixedPoint(sum == 0 ? exact[tap] : exact[tap] / sum);
        }
    }

    public AxisKey Key { get; }

    /// <summary>No pixel has more weights than this.</summary>
    public int Longest { get; }

    /// <summary>Bytes that the tables take, about.</summary>
    public long Size => 4L * (starts.Length + counts.Length + 2 * weights.Length);

    /// <summary>The first source pixel that pixel <paramref name="i"/> of the window needs.</summary>
    public int Start(int i) => starts[i];

    /// <summary>The weights of pixel <paramref name="i"/> of the window, for its first and the following source pixels.</summary>
    public ReadOnlySpan<int> Weights(int i) => weights.AsSpan(i * Longest, counts[i]);

    /// <summary><see cref="Start"/> of every pixel of the window.</summary>
    public ReadOnlySpan<int> Starts => starts;

    /// <summary>How many weights each pixel of the window has.</summary>
    public ReadOnlySpan<int> Counts => counts;

    /// <summary>The weights as <see cref="HorizontalPairs.Cut"/> has them, made when first wanted.</summary>
    public int[] CutWeights => cutWeights ??= HorizontalPairs.Cut(weights, Longest);

    /// <summary>The first source pixel that anything in the window needs.</summary>
    public int FirstNeeded => starts[0];

    /// <summary>The source pixel behind the last that anything in the window needs.</summary>
    public int EndNeeded => starts[^1] + counts[^1];

    private static int ToFixedPoint(double weight)
    {
        var scaled = weight * (1 << Places);
        return (int)(weight < 0 ? scaled - 0.5 : scaled + 0.5);
    }
}

/// <summary>One axis of a resize: from how many pixels to how many, and which of them are wanted.</summary>
/// <param name="Source">Pixels before.</param>
/// <param name="Target">Pixels after, all of them.</param>
/// <param name="First">The first pixel wanted of those after.</param>
/// <param name="Count">How many are wanted.</param>
/// <param name="Interpolation">The kernel.</param>
internal readonly record struct AxisKey(int Source, long Target, long First, int Count, Interpolation Interpolation)
{
    /// <summary>Where what is resized begins among the source pixels, 0 (default) to below 1: edges may cut through a pixel, as in Pillow's <c>box</c>.</summary>
    public double Begin { get; init; }

    /// <summary>How many source pixels wide it is. Default <see cref="Source"/>: from the first to the last.</summary>
    public double Extent { get; init; } = Source;

    /// <summary>Whether nothing changes along this axis, so that Pillow skips its pass (a skipped pass is exact, a computed one need not be).</summary>
    public bool IsIdentity => Source == Target && Extent == Source;
}

/// <summary>
/// Remembers tables of weights, because sizes repeat. A fixed number of places, each chosen by the key's hash and simply overwritten:
/// no lock, and no growth when sizes never repeat (random crops). Large tables are not kept.
/// </summary>
internal static class CoefficientCache
{
    private const int Places = 1024;                        // at most 24 MB
    private const long LargestKept = 24 * 1024;

    private static readonly Coefficients?[] Kept = new Coefficients?[Places];

    public static Coefficients Get(AxisKey key)
    {
        ref var place = ref Kept[(uint)key.GetHashCode() % Places];
        if (Volatile.Read(ref place) is { } found && found.Key == key) return found;
        var made = new Coefficients(key);
        if (made.Size <= LargestKept) Volatile.Write(ref place, made);
        return made;
    }
}
