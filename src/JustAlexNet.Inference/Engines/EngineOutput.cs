using System.Buffers;

namespace JustAlexNet.Inference;

/// <summary>What an engine said of a batch, where it was computed. Dispose frees the memory, and what looks into it.</summary>
internal abstract class EngineOutput : IDisposable
{
    /// <summary>(N, K) row by row, float32; the first call waits for the device.</summary>
    public abstract ReadOnlySpan<float> Logits { get; }

    /// <summary>(N, D) row by row, float32; empty where they were not asked for.</summary>
    public abstract ReadOnlySpan<float> Features { get; }

    public abstract void Dispose();
}

/// <summary>In the memory of .NET, rented.</summary>
internal sealed class HostOutput(int logits, int features) : EngineOutput
{
    private readonly float[] logitValues = ArrayPool<float>.Shared.Rent(logits), featureValues = features == 0 ? [] : ArrayPool<float>.Shared.Rent(features);
    private bool returned;

    /// <summary>To be filled by the engine.</summary>
    public Span<float> LogitsToFill => logitValues.AsSpan(0, logits);

    /// <summary>To be filled by the engine.</summary>
    public Span<float> FeaturesToFill => featureValues.AsSpan(0, features);

    public override ReadOnlySpan<float> Logits => LogitsToFill;

    public override ReadOnlySpan<float> Features => FeaturesToFill;

    public override void Dispose()
    {
        if (returned) return;
        returned = true;
        ArrayPool<float>.Shared.Return(logitValues);
        if (features > 0) ArrayPool<float>.Shared.Return(featureValues);
    }
}

/// <summary>Adds labelled output up to a report. Not thread-safe.</summary>
internal abstract class OutputMeter : IDisposable
{
    /// <summary>Adds a batch.</summary>
    /// <param name="output">Stays the caller's.</param>
    /// <param name="labels">(N), true classes, each 0 to K - 1.</param>
    /// <exception cref="NotFiniteOutputException">A logit is NaN or infinite. A meter on a device says so in <see cref="Report"/>.</exception>
    public abstract void Add(EngineOutput output, ReadOnlySpan<int> labels);

    /// <summary>The result so far; waits for the device.</summary>
    /// <exception cref="NotFiniteOutputException">A logit was NaN or infinite.</exception>
    public abstract ClassificationReport Report();

    public abstract void Dispose();
}

/// <summary>Over spans.</summary>
internal sealed class HostMeter(IReadOnlyList<string> classes) : OutputMeter
{
    private readonly ClassificationMeter meter = new(classes);

    public override void Add(EngineOutput output, ReadOnlySpan<int> labels) => meter.AddLogits(output.Logits, labels);

    public override ClassificationReport Report() => meter.Report();

    public override void Dispose() { }
}
