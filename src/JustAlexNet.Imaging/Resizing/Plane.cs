namespace JustAlexNet.Imaging.Resizing;

/// <summary>A view of RGB pixels whose rows are a fixed number of bytes apart. It may hold only a part, which then keeps the coordinates of the whole.</summary>
/// <param name="bytes">From the first pixel present.</param>
/// <param name="stride">Bytes from one row to the next.</param>
/// <param name="firstColumn">Column of the first pixel present.</param>
/// <param name="firstRow">Row of the first pixel present.</param>
internal readonly ref struct Plane(ReadOnlySpan<byte> bytes, int stride, int firstColumn = 0, int firstRow = 0)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public int Stride { get; } = stride;

    public int FirstColumn { get; } = firstColumn;

    public int FirstRow { get; } = firstRow;

    /// <summary>The part right of and below a pixel, which becomes the new origin.</summary>
    public Plane From(int column, int row) => new(Bytes[(row * Stride + column * 3)..], Stride);

    /// <summary>From the first pixel present of a row on.</summary>
    public ReadOnlySpan<byte> Row(int row) => Bytes[((row - FirstRow) * Stride)..];
}
