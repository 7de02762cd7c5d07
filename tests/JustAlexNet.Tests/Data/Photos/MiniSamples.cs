using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

/// <summary>Real photos, JPEG files of 144 x 192 pixels mostly, and what loaders make of them.</summary>
internal static class MiniSamples
{
    /// <summary>A copy of the sample's training photos, which a test may spoil.</summary>
    public static Sample[] In(string folder)
    {
        MiniPhotos.MakePlain(folder, classes: 3, photos: 4);
        return [.. Directory.GetFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select((path, i) => new Sample(path, i % 3))];
    }

    /// <summary>The pixels of each photo in an epoch.</summary>
    public static SortedDictionary<int, byte[]> Pixels(Loader loader, int epoch)
    {
        var pixels = new SortedDictionary<int, byte[]>();
        foreach (var batch in loader.Epoch(epoch))
            using (batch)
                foreach (var (slot, bytes) in batch.Pixels.ToArray().Chunk(batch.Pixels.Length / batch.Count).Index()) pixels.Add(batch.Indices[slot], bytes);
        return pixels;
    }

    /// <summary>The same of several epochs, as one text.</summary>
    public static string Content(Sample[] samples, Augmentation augmentation, ImageSizes side, PhotoReading reading, int workers = 0, int first = 0, int epochs = 3)
    {
        using var loader = Loader.Training(samples, augmentation, side, seed: 4, new() { BatchSize = 5, Workers = workers }, reading);
        return string.Join('\n', Enumerable.Range(first, epochs).SelectMany(epoch => Pixels(loader, epoch).Select(photo => $"{epoch} {photo.Key} {Convert.ToHexString(System.IO.Hashing.XxHash128.Hash(photo.Value))}")));
    }
}
