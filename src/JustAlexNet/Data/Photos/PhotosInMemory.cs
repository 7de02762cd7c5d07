using System.Collections.Concurrent;
using JustAlexNet.Imaging;

namespace JustAlexNet.Data;

/// <summary>See <see cref="PhotoCache.InMemory"/>.</summary>
internal sealed class PhotosInMemory(long limit) : PhotoCache
{
    private const int Overhead = 256;       // an entry's own objects, about

    private readonly object gate = new();
    private Shelf shelf = new("");

    public override long Held => Interlocked.Read(ref shelf.Bytes);

    public override string? Note => shelf.Refused == 0 ? null
        : $"decoded photos are kept up to {Counted.Bytes(limit)} of memory; what is beyond that is decoded in every epoch";

    internal override void Begin(string stage)
    {
        lock (gate)
            if (shelf.Stage != stage) shelf = new(stage);       // the garbage collector's, once nobody reads from it
    }

    internal override void End()
    {
    }

    internal override ScaledImage? Find(PhotoFile file, PhotoForm form) =>
        shelf.Photos.TryGetValue((file.Path, form.Text), out var kept) ? new(new RgbImage(kept.Frame.Columns, kept.Frame.Rows, kept.Pixels), kept.Frame) : null;

    internal override void Keep(PhotoFile file, PhotoForm form, ScaledImage photo)
    {
        var here = shelf;
        var bytes = photo.Pixels.Pixels.Length + RgbImage.Slack + Overhead;
        if (Interlocked.Add(ref here.Bytes, bytes) > limit || !here.Photos.TryAdd((file.Path, form.Text), (Copy(photo), photo.Frame)))
        {
            Interlocked.Add(ref here.Bytes, -bytes);
            if (!here.Photos.ContainsKey((file.Path, form.Text))) Interlocked.Increment(ref here.Refused);
        }
    }

    public override void Dispose()
    {
        lock (gate) shelf = new("");
    }

    private static byte[] Copy(ScaledImage photo)
    {
        var pixels = photo.Pixels.Pixels;
        var copy = GC.AllocateUninitializedArray<byte>(pixels.Length + RgbImage.Slack);
        pixels.CopyTo(copy);
        return copy;
    }

    /// <summary>What one stage keeps.</summary>
    private sealed class Shelf(string stage)
    {
        public long Bytes;
        public int Refused;

        public string Stage => stage;

        public ConcurrentDictionary<(string Path, string Form), (byte[] Pixels, PhotoFrame Frame)> Photos { get; } = new();
    }
}
