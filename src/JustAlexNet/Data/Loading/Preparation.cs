using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>Augmented, by the sample's own random stream.</summary>
internal sealed class TrainingPreparation(Augmentation augmentation, int side, long seed, PhotoReading reading) : Preparation(side)
{
    private readonly PhotoOpening opening = new(augmentation, side, reading);

    public override void Begin() => reading.Cache?.Begin(opening.Stage);

    public override void End() => reading.Cache?.End();

    public override void Prepare(string path, int epoch, int index, Span<byte> target)
    {
        var random = new SampleRandom(seed, epoch, index);
        using var photo = opening.Open(path, random, out var crop);
        augmentation.Apply(photo, crop, random, target, Side);
    }
}
