using System.Globalization;
using JustAlexNet.Imaging;

namespace JustAlexNet.Serving;

/// <summary>The pictures of a request as they go into batches. Dispose gives their memory back, once they are in none.</summary>
/// <param name="pictures">One or more.</param>
/// <param name="pool">Where their memory is from; null: it is the caller's.</param>
internal sealed class PreparedPictures(PictureInput[] pictures, PixelPool? pool = null) : IDisposable
{
    private byte[][] rented = [];

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
        byte[][] rented = [.. encoded.Select(_ => parts.Pixels.Rent(length))];
        try
        {
            Task[] all = [.. encoded.Select(DecodeAsync)];
            await Task.WhenAll(all).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            foreach (var memory in rented) parts.Pixels.Return(memory);
            if (fault is OperationCanceledException && clock.IsOver) throw clock.Reason();
            throw;
        }
        return new([.. rented.Select(memory => new PictureInput(memory, default))], parts.Pixels) { rented = rented, BegunAt = begun };

        async Task DecodeAsync(EncodedPicture picture, int i)
        {
            using var turn = await parts.Decoding.EnterAsync(picture.Pixels, clock.Token).ConfigureAwait(false);
            clock.Check();
            InterlockedMin(ref begun, parts.Time.GetTimestamp());
            await parts.Decoders.RunAsync(() => picture.Prepare(preprocessing, rented[i])).ConfigureAwait(false);
        }

        string Named(int i) => files.Count == 1 ? "the picture" : string.Create(CultureInfo.InvariantCulture, $"picture {i + 1} of {files.Count}");
    }

    public void Dispose()
    {
        foreach (var memory in Interlocked.Exchange(ref rented, [])) pool!.Return(memory);
    }

    private static void InterlockedMin(ref long least, long value)
    {
        for (var known = Volatile.Read(ref least); value < known;)
            if (Interlocked.CompareExchange(ref least, value, known) is var seen && seen == known) return;
            else known = seen;
    }
}
