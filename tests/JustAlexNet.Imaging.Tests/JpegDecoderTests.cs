using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

public sealed class JpegDecoderTests
{
    private const string Missing = "libno-such-library.so.0";

    [Fact]
    public void Without_the_library_skia_decodes_and_the_way_to_the_faster_one_is_told()
    {
        var decoder = JpegDecoder.Choose(null, Missing);
        Assert.Equal("SkiaSharp", decoder.Name);
        Assert.Matches(@"^SkiaSharp \d+\.\d+\.\d+$", decoder.ToString());
        Assert.StartsWith($"{Missing} is not installed: JPEG files decode about twice as fast with it; ", decoder.Advice, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux()) Assert.Contains("apt-get install libturbojpeg0", decoder.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_without_the_functions_is_not_taken()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libc.so.6 stands for any other library");
        var decoder = JpegDecoder.Choose("", "libc.so.6");
        Assert.Equal("SkiaSharp", decoder.Name);
        Assert.StartsWith("libc.so.6 is too old or another library: it has no function tjInitDecompress: JPEG", decoder.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_cannot_be_opened_is_not_taken_and_the_reason_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The words are those of glibc.");
        using var scratch = new Scratch();
        var empty = scratch.At("libturbojpeg.so.0");
        File.WriteAllBytes(empty, []);
        var decoder = JpegDecoder.Choose("", empty);
        Assert.Equal("SkiaSharp", decoder.Name);
        Assert.StartsWith($"{empty} cannot be opened ({empty}: file too short): JPEG files decode about twice as fast with it; ", decoder.Advice, StringComparison.Ordinal);
        Assert.StartsWith($"JUSTALEXNET_JPEG is 'turbo', but {empty} cannot be opened (", Assert.Throws<JpegDecoderException>(() => JpegDecoder.Choose("turbo", empty)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_the_library_it_is_taken_and_named()
    {
        var decoder = OptionalTurbo.OrSkip();
        Assert.Equal("libjpeg-turbo", decoder.Name);
        Assert.Matches(@"^libjpeg-turbo [23] \(.*turbojpeg.*\)$", decoder.ToString());
        Assert.Null(decoder.Advice);
    }

    [Fact]
    public void Skia_can_be_asked_for()
    {
        Assert.Equal("SkiaSharp", OptionalTurbo.Skia.Name);
        Assert.Equal("JUSTALEXNET_JPEG is 'skia': unset it to decode JPEG files about twice as fast where libjpeg-turbo is installed", OptionalTurbo.Skia.Advice);
    }

    [Fact]
    public void Turbo_asked_for_and_not_there_is_an_error()
    {
        var fault = Assert.Throws<JpegDecoderException>(() => JpegDecoder.Choose("turbo", Missing));
        Assert.StartsWith($"JUSTALEXNET_JPEG is 'turbo', but {Missing} is not installed\n  ", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith(", or unset JUSTALEXNET_JPEG.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_choice_is_an_error() =>
        Assert.Equal("JUSTALEXNET_JPEG is 'fast', expected turbo (libjpeg-turbo), skia (SkiaSharp), or nothing for the faster one that is here.",
            Assert.Throws<JpegDecoderException>(() => JpegDecoder.Choose("fast", Missing)).Message);

    [Fact]
    public void Speed_is_pictures_by_the_clock_handed_in()
    {
        var file = File.ReadAllBytes(Repository.Golden("decode", "rgb.jpg"));
        Assert.Equal(4, OptionalTurbo.Skia.Measure(file, TimeSpan.FromSeconds(1), new QuarterSeconds()), precision: 9);
        Assert.Throws<ArgumentOutOfRangeException>(() => OptionalTurbo.Skia.Measure(file, TimeSpan.Zero, new QuarterSeconds()));
    }

    /// <summary>A clock that moves on by a quarter of a second whenever somebody looks.</summary>
    private sealed class QuarterSeconds : TimeProvider
    {
        private long looks;

        public override long TimestampFrequency => 4;

        public override long GetTimestamp() => looks++;
    }
}
