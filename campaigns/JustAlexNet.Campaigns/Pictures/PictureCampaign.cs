using JustAlexNet.Campaigns.Files;
using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Imaging;
using JustAlexNet.Imaging.Decoding;
using JustAlexNet.Imaging.Native;

namespace JustAlexNet.Campaigns.Pictures;

/// <summary>Pictures from strangers, by SkiaSharp and by libjpeg-turbo.</summary>
internal sealed class PictureCampaign : Campaign
{
    private static readonly JpegDecoder Skia = JpegDecoder.Choose("skia", TurboJpegLibrary.FileName);
    private static readonly JpegDecoder? Turbo = JpegDecoder.Choose(null, TurboJpegLibrary.FileName) is { Turbo: not null } found ? found : null;

    public override string Name => "pictures";

    public override string About => "Mutated JPEG, PNG, WebP, BMP and GIF files, decoded by SkiaSharp and by libjpeg-turbo: each is decoded or refused, with its path and the reason, and by both alike; disagreements are counted.";

    public override long StandardCount => 10_000;

    /// <summary>Four readings at most, of two seconds each.</summary>
    public override TimeSpan CaseLimit => TimeSpan.FromSeconds(8);

    /// <summary>A picture at the limit has 683 MiB of pixels; a progressive JPEG of that size as much again of coefficients and half of it.</summary>
    public override long MemoryLimit => 5L << 29;

    public override CaseOutcome Run(CaseContext context)
    {
        var (bytes, ending) = PictureMutation.Draw(context.Random);
        var path = Path.Combine(context.Folder, $"picture{ending}");
        File.WriteAllBytes(path, bytes);
        var kind = PictureHeader.Of(bytes) is { } header ? Failure.Name(header.Kind) : "no picture";
        ImageDecoder.ReadSize(path);
        using var whole = Reading.Of(() => ImageDecoder.Decode(path));
        if (whole.Fault(path) is { } fault) return new($"{kind}: {whole.Words}", fault);
        using var skia = Reading.Of(() => ImageDecoder.Decode(Skia, bytes, path, DecodeOptions.Default));
        if (Difference(whole, skia) is { } differs) return new($"{kind}: the decoders disagree: {differs}", skia.Fault(path));
        if (context.Random.Next(2) == 0 && kind == "JPEG" && Reduced(bytes, path, 2 << context.Random.Next(3), whole) is { } reduction) return new($"{kind}: {reduction}", $"decoded smaller, the file is judged otherwise: {reduction}");
        return whole.Refusal is { } refusal ? Verdict.Refused(kind, path, refusal) : new($"{kind}: decoded");
    }

    /// <summary>What two readings of a file differ in beyond rounding; null: in nothing.</summary>
    private static string? Difference(Reading first, Reading second)
    {
        if (Turbo is null) return null;
        if (first.Refusal != second.Refusal) return $"{first.Words} by libjpeg-turbo, {second.Words} by SkiaSharp";
        if (first.Image is not { } one || second.Image is not { } other) return null;
        if ((one.Width, one.Height) != (other.Width, other.Height)) return "sizes";
        var worst = 0;
        var mine = one.Pixels;
        var theirs = other.Pixels;
        for (var i = 0; i < mine.Length; i++) worst = Math.Max(worst, Math.Abs(mine[i] - theirs[i]));
        return worst > 0 ? "pixels of damaged coefficients" : null;
    }

    // The reduction has no part in what is refused.
    private static string? Reduced(byte[] bytes, string path, int reduction, Reading whole)
    {
        foreach (var decoder in new[] { Turbo, Skia }.OfType<JpegDecoder>())
        {
            using var reduced = Reading.Of(() =>
            {
                ImageDecoder.DecodeScaled(decoder, bytes, path, DecodeOptions.Default with { Reduction = reduction }).Dispose();
                return null;
            });
            if (reduced.Refusal != whole.Refusal) return $"{whole.Words} whole, {reduced.Words} at 1/{reduction} by {decoder.Name}";
        }
        return null;
    }

    /// <summary>A picture, or why there is none.</summary>
    private sealed record Reading(RgbImage? Image, ImageException? Exception) : IDisposable
    {
        public string? Refusal => Exception?.Message;

        public string Words => Exception is null ? "decoded" : $"refused ({Verdict.Short(Exception.Message, Exception.Name)})";

        public static Reading Of(Func<RgbImage?> read)
        {
            try
            {
                return new(read(), null);
            }
            catch (ImageException refusal)
            {
                return new(null, refusal);
            }
        }

        public string? Fault(string path) =>
            Refusal is not null ? Verdict.Fault(Refusal, path)
            : Image is { } image && (image.Pixels.Length != image.Width * image.Height * 3 || (long)image.Width * image.Height > DecodeOptions.Default.MaxPixels) ? $"{image.Width} x {image.Height} pixels in {image.Pixels.Length} bytes" : null;

        public void Dispose() => Image?.Dispose();
    }
}
