using JustAlexNet.Data;
using JustAlexNet.Engines;
using JustAlexNet.Imaging;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>A batch as the network learned from it: augmented, and mixed where a hook mixes. Valid only while a listener is told of it; not thread-safe.</summary>
public sealed class TrainingBatch
{
    private readonly Batch batch;
    private readonly Tensor input;
    private readonly Preprocessing preprocessing;

    internal TrainingBatch(Batch batch, Tensor input, Preprocessing preprocessing) => (this.batch, this.input, this.preprocessing) = (batch, input, preprocessing);

    /// <summary>Pictures in it, 1 or more.</summary>
    public int Count => batch.Count;

    /// <summary>Side of the square pictures in pixels.</summary>
    public int Side => (int)input.shape[2];

    /// <summary>Their classes; of mixed pictures the class that counts for the accuracy.</summary>
    public IReadOnlyList<int> Labels => [.. batch.Labels.data<long>().ToArray().Select(label => (int)label)];

    /// <summary>The first pictures, without normalisation, rounded to bytes. The host waits for the device.</summary>
    /// <param name="most">So many at most, 1 or more.</param>
    /// <returns>The caller disposes them.</returns>
    public IReadOnlyList<RgbImage> ReadPictures(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var pixels = NetworkInput.ToPixels(input.narrow(0, 0, Math.Min(most, Count)), preprocessing);
        var bytes = pixels.bytes;
        var size = Side * Side * 3;
        var pictures = new List<RgbImage>();
        for (var at = 0; at < bytes.Length; at += size)
        {
            var picture = new RgbImage(Side, Side);
            bytes.Slice(at, size).CopyTo(picture.Pixels);
            pictures.Add(picture);
        }
        return pictures;
    }
}
