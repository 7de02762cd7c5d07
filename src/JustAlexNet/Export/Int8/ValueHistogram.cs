namespace JustAlexNet.Export;

/// <summary>How often values of each size came. Grows with the values; not thread-safe.</summary>
internal sealed class ValueHistogram
{
    private const int Bins = 4096, Stride = 32;

    private readonly long[] counts = new long[Bins];       // of |x|, 0 left out: it is always exact
    private float lowest, highest, width;
    private long total;

    /// <summary>Counts values.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        var (low, high) = (0f, 0f);
        foreach (var value in values) (low, high) = (Math.Min(low, value), Math.Max(high, value));
        (lowest, highest, total) = (Math.Min(lowest, low), Math.Max(highest, high), total + values.Length);
        var largest = Math.Max(-low, high);
        if (!float.IsFinite(largest) || largest == 0) return;
        if (width == 0) width = largest;
        while (width < largest) Widen();
        var factor = Bins / width;
        foreach (var value in values)
            if (value != 0) counts[Math.Min((int)(Math.Abs(value) * factor), Bins - 1)]++;
    }

    /// <summary>The range by a method.</summary>
    public ValueRange Range(CalibrationMethod method)
    {
        var limit = method switch { CalibrationMethod.Percentile => Quantile(0.9999), CalibrationMethod.Entropy => LeastDivergence(), _ => float.PositiveInfinity };
        return new(Math.Max(lowest, -limit), Math.Min(highest, limit));
    }

    private void Widen()
    {
        for (var i = 0; i < Bins; i++) counts[i] = i < Bins / 2 ? counts[2 * i] + counts[2 * i + 1] : 0;
        width *= 2;
    }

    private float Quantile(double share)
    {
        var (beyond, bin) = (0L, Bins);
        while (bin > 0 && beyond + counts[bin - 1] <= (1 - share) * total) beyond += counts[--bin];
        return bin * width / Bins;
    }

    // The limit at which what is counted by so few numbers tells least from what was seen: Migacz, "8-bit inference with TensorRT", 2017.
    private float LeastDivergence()
    {
        var levels = lowest < 0 ? 127 : 255;
        var (best, end) = (double.PositiveInfinity, Bins);
        for (var candidate = Math.Max(levels, Stride); candidate <= Bins; candidate += Stride)
            if (Divergence(candidate, levels) is var found && found < best) (best, end) = (found, candidate);
        return end * width / Bins;
    }

    private double Divergence(int end, int levels)
    {
        const double least = 1e-9;
        var (inside, outside) = (0L, 0L);
        for (var i = 0; i < Bins; i++) _ = i < end ? inside += counts[i] : outside += counts[i];
        if (inside == 0) return double.PositiveInfinity;
        var sum = 0.0;
        for (var level = 0; level < levels; level++)
        {
            var (start, stop) = (level * end / levels, (level + 1) * end / levels);
            var (held, filled) = (0L, 0);
            for (var i = start; i < stop; i++) (held, filled) = (held + counts[i], filled + (counts[i] > 0 ? 1 : 0));
            for (var i = start; i < stop; i++)
            {
                var seen = (counts[i] + (i == end - 1 ? outside : 0)) / (double)(inside + outside);
                if (seen > 0) sum += seen * Math.Log(seen / Math.Max(least, counts[i] > 0 ? held / (double)filled / inside : 0));
            }
        }
        return sum;
    }
}
