using System.Globalization;
using JustAlexNet.Imaging;

namespace JustAlexNet.Serving;

/// <summary>The pictures of a request as they go into batches. Dispose frees their memory, once they are in none.</summary>
/// <param name="pictures">One or more.</param>
/// <param name="blocks">Their memory; empty: it is the caller's.</param>
internal sealed class PreparedPictures(PictureInput[] pictures, params NativeBlock<byte>?[] blocks) : IDisposable
{
    public PictureInput[] Pictures => pictures;

    /// <summary>When the first one's turn came.</summary>
    public required long BegunAt { get; init; }

    /// <summary>Judges all files by their headers, then decodes and resizes them side by side, as far as the gate lets them.</summary>
    /// <exception cref="ServingException">A picture is refused, the first of them is named; or the deadline passed.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public static async Task<PreparedPictures> DecodeAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, Preprocessing preprocessing, ServerParts parts, RequestClock clock)
    {
        EncodedPicture[] encoded = [.. files.Select((file, i) => EncodedPicture.Of(file, Named(i), parts.Options.MaxPixels))];
        var (length, begun) = (3 * preprocessing.Side * preprocessing.Side, long.MaxValue);
        var blocks = new NativeBlock<byte>?[encoded.Length];
        try
        {
            Task[] all = [.. encoded.Select(DecodeAsync)];
            await Task.WhenAll(all).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            Free(blocks);
            if (fault is OperationCanceledException && clock.IsOver) throw clock.Reason();
            throw;
        }
        return new([.. blocks.Select(block => new PictureInput(block!.Memory, default))], blocks) { BegunAt = begun };

        async Task DecodeAsync(EncodedPicture picture, int i)
        {
            using var turn = await parts.Decoding.EnterAsync(picture.Pixels, clock.Token).ConfigureAwait(false);
            clock.Check();
            InterlockedMin(ref begun, parts.Time.GetTimestamp());
            var block = blocks[i] = new(length);
            await parts.Decoders.RunAsync(() => picture.Prepare(preprocessing, block.GetSpan())).ConfigureAwait(false);
        }

        string Named(int i) => files.Count == 1 ? "the picture" : string.Create(CultureInfo.InvariantCulture, $"picture {i + 1} of {files.Count}");
    }

    public void Dispose() => Free(blocks);

    private static void Free(NativeBlock<byte>?[] blocks)
    {
        foreach (IDisposable? block in blocks) block?.Dispose();
    }

    private static void InterlockedMin(ref long least, long value)
    {
        for (var known = Volatile.Read(ref least); value < known;)
            if (Interlocked.CompareExchange(ref least, value, known) is var seen && seen == known) return;
            else known = seen;
    }
}
