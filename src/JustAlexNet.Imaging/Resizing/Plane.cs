namespace JustAlexNet.Imaging.Resizing;

/// <summary>Rows of RGB bytes a fixed number of bytes apart.</summary>
internal readonly ref struct Plane(ReadOnlySpan<byte> bytes, int stride)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public int Stride { get; } = stride;

    /// <summary>The same without the first rows.</summary>
    public Plane From(int row) => new(Bytes[(row * Stride)..], Stride);
}
