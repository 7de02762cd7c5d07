using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>Augmented, by the sample's own random stream.</summary>
internal sealed class TrainingPreparation(Augmentation augmentation, int side, long seed) : Preparation(side, augmentation.HonourExifOrientation)
{
    protected override void Render(RgbImage image, int epoch, int index, Span<byte> target)
    {
        var crop = augmentation.Draw(image.Width, image.Height, new SampleRandom(seed, epoch, index));
        Resizer.Resize(image, crop.Box, target, Side, Side, Interpolation.Bilinear, crop.Flip);
    }
}
