using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>A picture to be predicted: a file, the bytes of one, or a stream of them. A path converts by itself.</summary>
/// <remarks>JPEG, PNG, WebP, BMP or GIF, told by the content. Immutable; read when it is predicted, which for a stream works once.</remarks>
public sealed class Picture
{
    private readonly Func<DecodeOptions, RgbImage> decode;

    private Picture(string name, Func<DecodeOptions, RgbImage> decode) => (Name, this.decode) = (name, decode);

    /// <summary>What answers and errors call it: the path as given, or the given name.</summary>
    public string Name { get; }

    /// <summary>A file.</summary>
    /// <param name="path">That it cannot be read shows when it is predicted.</param>
    public static Picture File(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(path, options => ImageDecoder.Decode(path, options));
    }

    /// <summary>The bytes of a file.</summary>
    /// <param name="file">The whole file; not copied, so it must not change until it is predicted.</param>
    /// <param name="name">What answers and errors call it.</param>
    public static Picture Bytes(ReadOnlyMemory<byte> file, string name = "picture")
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(name, options => file.Length > options.MaxBytes ? throw TooLarge(name, options) : ImageDecoder.Decode(file.Span, name, options));
    }

    /// <summary>A stream of the bytes of a file, such as an upload.</summary>
    /// <param name="stream">Read to its end from where it stands, on another thread perhaps; stays the caller's. Of more bytes than <see cref="DecodeOptions.MaxBytes"/> says no more are read.</param>
    /// <param name="name">What answers and errors call it.</param>
    /// <exception cref="ArgumentException">It cannot be read from.</exception>
    public static Picture Stream(Stream stream, string name = "picture")
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        if (!stream.CanRead) throw new ArgumentException("The stream cannot be read from.", nameof(stream));
        return new(name, options => ImageDecoder.Decode(Read(stream, name, options), name, options));
    }

    /// <summary>The file of this path, see <see cref="File"/>.</summary>
    public static implicit operator Picture(string path) => File(path);

    /// <summary>The same as <see cref="File"/>, for languages without conversions.</summary>
    public static Picture FromString(string path) => File(path);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <exception cref="ImageException">It cannot be read.</exception>
    internal RgbImage Decode(DecodeOptions options) => decode(options);

    private static byte[] Read(Stream stream, string name, DecodeOptions options)
    {
        using var bytes = new MemoryStream();
        var block = new byte[81_920];
        try
        {
            for (int read; (read = stream.Read(block)) > 0; bytes.Write(block, 0, read))
                if (bytes.Length + read > options.MaxBytes) throw TooLarge(name, options);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new ImageException(name, $"its stream fails: {e.Message.Split('\n')[0]}", e);
        }
        return bytes.ToArray();
    }

    private static ImageException TooLarge(string name, DecodeOptions options) => new(name, FormattableString.Invariant($"the file has more than {options.MaxBytes:N0} bytes, which is the limit"));
}
