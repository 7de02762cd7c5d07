using JustAlexNet.Imaging.Native;

namespace JustAlexNet.Imaging;

/// <summary>Which library decodes JPEG files in this process: libjpeg-turbo if the system has it, the decoder within SkiaSharp otherwise.</summary>
/// <remarks>
/// Both give the same pixels up to the rounding of the decoder, and refuse the same files in the same words; libjpeg-turbo is about twice as
/// fast, because SkiaSharp's build of it has no vector instructions. CMYK, and whatever libjpeg-turbo as much as warns of, goes to SkiaSharp
/// always. The environment variable <see cref="Switch"/> chooses by hand. Immutable and thread-safe.
/// </remarks>
public sealed class JpegDecoder
{
    /// <summary>The environment variable that chooses: <c>turbo</c> (an error without the library), <c>skia</c>, or nothing for the faster one.</summary>
    public const string Switch = "JUSTALEXNET_JPEG";

    private static readonly Lazy<JpegDecoder> Chosen = new(() => Choose(Environment.GetEnvironmentVariable(Switch), TurboJpegLibrary.FileName));

    private JpegDecoder(TurboJpegLibrary? turbo, string? advice)
    {
        Turbo = turbo;
        Advice = advice;
    }

    /// <summary>The decoder of this process, chosen once.</summary>
    /// <exception cref="JpegDecoderException"><see cref="Switch"/> has an unknown value, or asks for a library that cannot be loaded.</exception>
    public static JpegDecoder Current => Chosen.Value;

    /// <summary><c>libjpeg-turbo</c> or <c>SkiaSharp</c>.</summary>
    public string Name => Turbo is null ? "SkiaSharp" : "libjpeg-turbo";

    /// <summary>libjpeg-turbo's major version, <c>2</c> or <c>3</c> (it does not say more), or SkiaSharp's full one.</summary>
    public string Version => Turbo?.Version ?? typeof(SkiaSharp.SKCodec).Assembly.GetName().Version!.ToString(3);

    /// <summary>Why it is not the faster one, and how to get that: one sentence for a person. Null if it is.</summary>
    public string? Advice { get; }

    internal TurboJpegLibrary? Turbo { get; }

    /// <summary><c>libjpeg-turbo 2 (libturbojpeg.so.0)</c> or <c>SkiaSharp 4.154.0</c>.</summary>
    public override string ToString() => Turbo is null ? $"{Name} {Version}" : $"{Name} {Version} ({Turbo.File})";

    /// <summary>Decodes a file again and again on the calling thread.</summary>
    /// <param name="file">A whole JPEG file.</param>
    /// <param name="duration">How long, above zero. At least one picture is decoded, and one before the clock starts.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Pictures a second.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is not above zero.</exception>
    /// <exception cref="ImageException">The file cannot be decoded.</exception>
    public double Measure(ReadOnlySpan<byte> file, TimeSpan duration, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        const string Name = "the picture to measure with";
        ImageDecoder.Decode(this, file, Name, DecodeOptions.Default).Dispose();
        var start = time.GetTimestamp();
        var pictures = 0;
        TimeSpan elapsed;
        do
        {
            ImageDecoder.Decode(this, file, Name, DecodeOptions.Default).Dispose();
            pictures++;
            elapsed = time.GetElapsedTime(start);
        }
        while (elapsed < duration);
        return pictures / elapsed.TotalSeconds;
    }

    internal static JpegDecoder Choose(string? wish, string file)
    {
        if (wish == "skia") return new(null, $"{Switch} is 'skia': unset it to decode JPEG files about twice as fast where libjpeg-turbo is installed");
        if (wish is not (null or "" or "turbo"))
            throw new JpegDecoderException($"{Switch} is '{wish}', expected turbo (libjpeg-turbo), skia (SkiaSharp), or nothing for the faster one that is here.");
        if (TurboJpegLibrary.Load(file, out var fault) is { } turbo) return new(turbo, null);
        if (wish == "turbo") throw new JpegDecoderException($"{Switch} is 'turbo', but {file} {fault}\n  {Remedy()}, or unset {Switch}.");
        return new(null, $"{file} {fault}: JPEG files decode about twice as fast with it; {Remedy()}");
    }

    private static string Remedy() =>
        OperatingSystem.IsMacOS() ? "install it with 'brew install jpeg-turbo'"
        : OperatingSystem.IsWindows() ? "put turbojpeg.dll of libjpeg-turbo (https://libjpeg-turbo.org) beside the program"
        : "install it with 'apt-get install libturbojpeg0' (Fedora: 'dnf install turbojpeg')";
}
