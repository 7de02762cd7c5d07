using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Serving.Tests;

/// <summary>A network whose batches can be held, seen and made to fail. By itself it answers a picture's first byte, twice.</summary>
internal sealed class TestNetwork(ServedNetwork? inner = null) : ServedNetwork
{
    private readonly Lock gate = new();
    private readonly List<int[]> batches = [];
    private readonly SemaphoreSlim entered = new(0), held = new(0);

    public override ClassNames Classes { get; } = inner?.Classes ?? new ClassNames(["a", "b"]);

    public override Preprocessing Preprocessing { get; } = inner?.Preprocessing ?? Preprocessing.Squash(1);

    public override string InputName => inner?.InputName ?? "input";

    public override string OutputName => inner?.OutputName ?? "logits";

    public override bool TakesPixels => inner?.TakesPixels ?? true;

    public override IReadOnlyDictionary<string, string> Metadata => inner?.Metadata ?? new Dictionary<string, string>();

    /// <summary>Whether batches wait, once they have begun, for <see cref="Release"/>.</summary>
    public bool Holds { get; set; }

    /// <summary>What batches fail with.</summary>
    public Exception? Fault { get; set; }

    public bool IsFreed { get; private set; }

    /// <summary>The first bytes of each batch's pictures, in order of their begin; those of tensors are -1.</summary>
    public int[][] Batches
    {
        get
        {
            lock (gate) return [.. batches];
        }
    }

    /// <summary>Waits until another batch has begun.</summary>
    public Task EnteredAsync() => entered.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets batches that wait go on.</summary>
    public void Release(int count = 1) => held.Release(count);

    public override void Run(ReadOnlySpan<PictureInput> pictures, Span<float> logits)
    {
        ObjectDisposedException.ThrowIf(IsFreed, this);
        var first = new int[pictures.Length];
        for (var i = 0; i < first.Length; i++) first[i] = pictures[i].Pixels.IsEmpty ? -1 : pictures[i].Pixels.Span[0];
        lock (gate) batches.Add(first);
        entered.Release();
        if (Holds) held.Wait();
        ObjectDisposedException.ThrowIf(IsFreed, this);
        if (Fault is { } fault) throw fault;
        if (inner is not null) inner.Run(pictures, logits);
        else for (var i = 0; i < logits.Length; i++) logits[i] = first[i / 2];
    }

    public override void Dispose()
    {
        IsFreed = true;
        inner?.Dispose();
    }
}
