using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>From a sample's file to its S x S pixels. Thread-safe.</summary>
internal abstract class Preparation(int side, bool honourExif)
{
    private readonly DecodeOptions decoding = new() { HonourExifOrientation = honourExif };

    public int Side { get; } = side;

    public void Prepare(string path, int epoch, int index, Span<byte> target)
    {
        using var image = ImageDecoder.Decode(path, decoding);
        Render(image, epoch, index, target);
    }

    protected abstract void Render(RgbImage image, int epoch, int index, Span<byte> target);
}

/// <summary>Augmented, by the sample's own random stream.</summary>
internal sealed class TrainingPreparation(Augmentation augmentation, int side, long seed) : Preparation(side, augmentation.HonourExifOrientation)
{
    protected override void Render(RgbImage image, int epoch, int index, Span<byte> target) => augmentation.Apply(image, new SampleRandom(seed, epoch, index), target, Side);
}

/// <summary>As the network's preprocessing says.</summary>
internal sealed class EvaluationPreparation(Preprocessing preprocessing) : Preparation(preprocessing.Side, preprocessing.HonourExifOrientation)
{
    protected override void Render(RgbImage image, int epoch, int index, Span<byte> target) => preprocessing.Apply(image, target);
}
