using System.Runtime.InteropServices;

namespace JustAlexNet.Imaging.Native;

/// <summary>Reads one JPEG file through libjpeg-turbo, with the choices of Pillow: the accurate inverse transform, smooth upsampling.</summary>
/// <remarks>
/// One for each file, because making one costs a few microseconds and nothing then outlives a picture. Not thread-safe.
/// The library reports by return value and touches no more memory than it is given.
/// </remarks>
internal unsafe ref struct TurboJpegReader : IDisposable
{
    private const int Rgb = 0;                              // TJPF_RGB
    private const int Flags = AccurateTransform | StopOnWarning;
    private const int AccurateTransform = 4096;             // TJFLAG_ACCURATEDCT
    private const int StopOnWarning = 8192;                 // TJFLAG_STOPONWARNING
    private const int JpegRgb = 0, JpegYCbCr = 1, JpegGrey = 2;     // TJCS_...

    private readonly TurboJpegLibrary library;
    private readonly byte* file;
    private readonly CULong length;
    private nint handle;

    /// <param name="library">The library.</param>
    /// <param name="file">Bytes that stay where they are until the reader is disposed.</param>
    /// <param name="length">How many.</param>
    public TurboJpegReader(TurboJpegLibrary library, byte* file, int length)
    {
        this.library = library;
        this.file = file;
        this.length = new((uint)length);
        handle = library.Init();
    }

    /// <summary>Columns, once the header is read.</summary>
    public int Width { get; private set; }

    /// <summary>Rows, once the header is read.</summary>
    public int Height { get; private set; }

    /// <summary>Reads the header. False where the library finds anything odd, or where its colours (CMYK) are not its business.</summary>
    public bool ReadHeader()
    {
        int width = 0, height = 0, subsampling, colours = -1;
        if (handle == 0 || library.ReadHeader(handle, file, length, &width, &height, &subsampling, &colours) != 0) return false;      // no handle: no memory for one
        (Width, Height) = (width, height);
        return width > 0 && height > 0 && colours is JpegRgb or JpegYCbCr or JpegGrey;
    }

    /// <summary>Decodes the pixels, as stored. False where the library has so much as a warning: the pixels are then undefined.</summary>
    /// <param name="pixels">Receives columns x rows x 3 bytes.</param>
    /// <param name="columns">Columns of the result: <see cref="Width"/>, or a half, a quarter or an eighth of it, rounded up.</param>
    /// <param name="rows">Rows, reduced alike.</param>
    public readonly bool ReadPixels(Span<byte> pixels, int columns, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels.Length, checked(columns * rows * 3));
        fixed (byte* to = pixels)
            return library.Decompress(handle, file, length, to, columns, columns * 3, rows, Rgb, Flags) == 0;      // it takes the largest of its scales that fits in
    }

    public void Dispose()
    {
        if (handle != 0) _ = library.Destroy(handle);
        handle = 0;
    }
}
