using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>How much memory the decoded photos of a data set take, before they are decoded.</summary>
internal static class PhotoNeed
{
    private const int Looked = 64;      // at so many headers, evenly spread

    /// <summary>Bytes that a cache of them comes to hold, about: exact where all become squares.</summary>
    /// <param name="samples">The photos.</param>
    /// <param name="augmentation">How they are varied.</param>
    /// <param name="side">The largest side of the network's input.</param>
    /// <param name="reading">How they are read.</param>
    public static long Estimate(IReadOnlyList<Sample> samples, Augmentation augmentation, int side, PhotoReading reading)
    {
        if (augmentation.Crop is not { } crop) return samples.Count * 3L * side * side;
        var sizes = Enumerable.Range(0, Math.Min(Looked, samples.Count)).Select(i => ImageDecoder.ReadSize(samples[(int)((long)i * samples.Count / Math.Min(Looked, samples.Count))].Path)).OfType<(int Width, int Height)>().ToList();
        return sizes.Count == 0 ? 0 : (long)(samples.Count * sizes.Average(size => BytesOf(size.Width, size.Height, crop, side, reading)));
    }

    // Of random parts, all reductions that their sizes may call for.
    private static double BytesOf(int width, int height, RandomResizedCrop crop, int side, PhotoReading reading)
    {
        if (reading.Side is { } bound) (width, height) = PhotoOpening.Within(width, height, bound);
        var pixels = 3.0 * width * height;
        if (!reading.Scaled || reading.Side is not null) return pixels;
        var least = (int)Math.Sqrt(crop.MinScale * width * height * 0.75);
        var (first, last) = (PhotoFrame.ReductionFor(least, least, side, side), PhotoFrame.ReductionFor(width, height, side, side));
        return new[] { 1, 2, 4, 8 }.Where(reduction => reduction >= first && reduction <= last).Sum(reduction => pixels / (reduction * reduction));
    }
}
