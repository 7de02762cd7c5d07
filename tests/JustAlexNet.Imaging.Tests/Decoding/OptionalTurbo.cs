using JustAlexNet.Imaging.Native;

namespace JustAlexNet.Imaging.Tests;

/// <summary>Both decoders, whatever the environment chooses for the process.</summary>
internal static class OptionalTurbo
{
    private static readonly JpegDecoder? Turbo = JpegDecoder.Choose(null, TurboJpegLibrary.FileName) is { Turbo: not null } decoder ? decoder : null;

    /// <summary>SkiaSharp's.</summary>
    public static JpegDecoder Skia { get; } = JpegDecoder.Choose("skia", TurboJpegLibrary.FileName);

    /// <summary>libjpeg-turbo's; skips the running test, with the way to it, where the library is absent.</summary>
    public static JpegDecoder OrSkip()
    {
        if (Turbo is null) Assert.Skip($"{TurboJpegLibrary.FileName} is not here: apt-get install libturbojpeg0");
        return Turbo;
    }
}
