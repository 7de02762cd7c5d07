using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>Augmented, by the sample's own random stream.</summary>
internal sealed class TrainingPreparation(Augmentation augmentation, int side, long seed) : Preparation(side, augmentation.HonourExifOrientation)
{
    protected override void Render(RgbImage image, int epoch, int index, Span<byte> target) => augmentation.Apply(image, new SampleRandom(seed, epoch, index), target, Side);
}
