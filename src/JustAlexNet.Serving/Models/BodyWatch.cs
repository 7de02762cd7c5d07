namespace JustAlexNet.Serving;

/// <summary>A request whose body is on its way. Where no place is left for another one, it loses its own if it comes too slowly, the oldest such first: what sends a byte now and then must not keep others out.</summary>
/// <remarks>Guarded by its <see cref="Places"/>, but for <see cref="Bytes"/>.</remarks>
/// <param name="pictures">Places that it has.</param>
/// <param name="begun">A time stamp.</param>
/// <param name="cut">Called once it has lost its place, on the thread of whom it lost it to; must not throw nor wait.</param>
internal sealed class BodyWatch(int pictures, long begun, Action cut)
{
    /// <summary>Nobody loses a place before that.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Bytes a second, on average since it was let in, that keep a place: 256 kbit/s.</summary>
    public const int LeastRate = 32 << 10;

    private long bytes;
    private bool isCut;

    /// <summary>Places that it has.</summary>
    public int Pictures => pictures;

    /// <summary>What has come so far.</summary>
    public long Bytes
    {
        get => Volatile.Read(ref bytes);
        set => Volatile.Write(ref bytes, value);
    }

    /// <summary>Whether its place is another's now.</summary>
    public bool IsCut => Volatile.Read(ref isCut);

    /// <summary>Whether it comes too slowly.</summary>
    public bool IsSlow(TimeProvider time) => time.GetElapsedTime(begun) is var since && since >= Patience && Bytes < LeastRate * since.TotalSeconds;

    /// <summary>Takes its place, and tells it.</summary>
    public void Cut()
    {
        Volatile.Write(ref isCut, true);
        cut();
    }
}
