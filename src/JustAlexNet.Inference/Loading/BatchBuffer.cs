using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Memory for one batch, into which any thread writes. Lent by a <see cref="BufferPool"/>.</summary>
internal abstract class BatchBuffer : IDisposable
{
    /// <summary>The pixels of one picture, S x S x 3 bytes. Valid as long as the buffer.</summary>
    public abstract Span<byte> Picture(int slot);

    /// <summary>The pixels of the first pictures, (count, S, S, 3).</summary>
    public abstract ReadOnlySpan<byte> Pictures(int count);

    /// <summary>The picture's label, for a buffer that hands it on.</summary>
    public virtual void SetLabel(int slot, int label) { }

    /// <summary>Frees it.</summary>
    public abstract void Dispose();

    /// <exception cref="DataException">So many bytes are more than a span reaches.</exception>
    protected static int BytesOf(int capacity, int side) =>
        (long)capacity * side * side * 3 <= Array.MaxLength ? capacity * side * side * 3 : throw TooLarge(capacity, side, "and a batch holds 2,147,483,591 at most");

    protected static DataException TooLarge(int capacity, int side, string why, Exception? cause = null) => new(
        FormattableString.Invariant($"no memory for a batch: {Counted.Of(capacity, "picture")} of {side} x {side} pixels {(capacity == 1 ? "needs" : "need")} {(double)capacity * side * side * 3:N0} bytes, {why}\n")
        + $"  Pass a smaller {(capacity > 1 ? "`batch_size` or " : "")}`image_size`.", cause: cause);
}

/// <summary>In the memory of .NET.</summary>
internal sealed class ByteBuffer(int capacity, int side) : BatchBuffer
{
    private readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(BytesOf(capacity, side));
    private readonly int picture = side * side * 3;

    public override Span<byte> Picture(int slot) => bytes.AsSpan(slot * picture, picture);

    public override ReadOnlySpan<byte> Pictures(int count) => bytes.AsSpan(0, count * picture);

    public override void Dispose() { }
}
