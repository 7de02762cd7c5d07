using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Text;
using JustAlexNet.Imaging;
using JustAlexNet.Imaging.Decoding;

namespace JustAlexNet.Data;

/// <summary>Keeps training photos in the form that their augmentation starts from, so that each is decoded once and not in every epoch: the square where the whole photo is squashed to it, else the decoded picture.</summary>
/// <remarks>
/// It never changes a number: what is kept is what would be decoded again, byte for byte, and what does not fit is decoded again. A photo whose file changes while it is kept is seen as it was.
/// Thread-safe; several loaders may share one. Whoever makes it disposes it, after the loaders. Use: <c>new PhotoReading { Cache = PhotoCache.InMemory(4L &lt;&lt; 30) }</c>.
/// </remarks>
public abstract class PhotoCache : IDisposable
{
    private protected PhotoCache()
    {
    }

    /// <summary>Bytes that are kept.</summary>
    public abstract long Held { get; }

    /// <summary>Why not all is kept, as a sentence without a full stop; null where all is.</summary>
    public abstract string? Note { get; }

    /// <summary>Whole sizes of photos, by path and by whether EXIF is honoured; null of a file that is no JPEG.</summary>
    internal ConcurrentDictionary<(string Path, bool Exif), (int Width, int Height)?> Sizes { get; } = new();

    /// <summary>In the memory of this process.</summary>
    /// <param name="limit">Bytes, 0 or more; pictures beyond that are not kept.</param>
    public static PhotoCache InMemory(long limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return new PhotosInMemory(limit);
    }

    /// <summary>In a folder, from run to run, by the content of the files: they may be moved and renamed.</summary>
    /// <param name="folder">Used for this alone; made when the first photo is read.</param>
    /// <param name="limit">Bytes of the folder, 0 or more: what was written first and is not wanted now goes first. Null (default): half of what is free on the disk, what is kept there among it.</param>
    public static PhotoCache OnDisk(string folder, long? limit = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (limit is { } bytes) ArgumentOutOfRangeException.ThrowIfNegative(bytes, nameof(limit));
        return new PhotosOnDisk(folder, limit);
    }

    /// <summary>Gives the memory back, and ends what is being written. A second call does nothing.</summary>
    public abstract void Dispose();

    /// <summary>A pass over photos begins.</summary>
    /// <param name="stage">What is kept stands for as long as this is the same.</param>
    internal abstract void Begin(string stage);

    /// <summary>A pass has ended: what it kept is made to last.</summary>
    internal abstract void End();

    /// <returns>The picture, the caller's to dispose; null where it is not kept.</returns>
    internal abstract ScaledImage? Find(PhotoFile file, PhotoForm form);

    /// <summary>Copies a picture, where there is room.</summary>
    internal abstract void Keep(PhotoFile file, PhotoForm form, ScaledImage photo);
}

/// <summary>What besides the file decides the pixels that augmentation starts from.</summary>
internal sealed class PhotoForm(string text)
{
    /// <summary>Everything that does, as a text.</summary>
    public string Text => text;

    /// <summary>The same in 128 bits.</summary>
    public UInt128 Hash { get; } = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(text));

    public override string ToString() => text;
}

/// <summary>A photo's file, read when something of it is wanted. Not thread-safe.</summary>
internal sealed class PhotoFile(string path) : IDisposable
{
    private FileBytes? bytes;

    public string Path => path;

    /// <exception cref="ImageException">It cannot be read.</exception>
    public ReadOnlySpan<byte> Bytes => (bytes ??= FileBytes.Read(path, DecodeOptions.Default.MaxBytes)).Bytes;

    public void Dispose() => bytes?.Dispose();
}
