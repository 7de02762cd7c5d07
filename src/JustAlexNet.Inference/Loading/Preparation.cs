using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>From a sample's file to its S x S pixels. Thread-safe.</summary>
internal abstract class Preparation(int side)
{
    public int Side { get; } = side;

    /// <summary>A pass over pictures begins.</summary>
    public virtual void Begin() { }

    /// <summary>A pass has ended.</summary>
    public virtual void End() { }

    /// <summary>Writes S x S x 3 bytes.</summary>
    /// <exception cref="ImageException">The file cannot be read as a picture.</exception>
    public abstract void Prepare(string path, int epoch, int index, Span<byte> target);
}

/// <summary>By way of the whole picture, every pixel of its file.</summary>
internal abstract class WholePreparation(int side, bool honourExif) : Preparation(side)
{
    private readonly DecodeOptions decoding = new() { HonourExifOrientation = honourExif };

    public sealed override void Prepare(string path, int epoch, int index, Span<byte> target)
    {
        using var image = Decode(path, index, decoding);
        Render(image, epoch, index, target);
    }

    protected virtual RgbImage Decode(string path, int index, DecodeOptions options) => ImageDecoder.Decode(path, options);

    protected abstract void Render(RgbImage image, int epoch, int index, Span<byte> target);
}

/// <summary>As the network's preprocessing says.</summary>
internal sealed class EvaluationPreparation(Preprocessing preprocessing) : WholePreparation(preprocessing.Side, preprocessing.HonourExifOrientation)
{
    protected override void Render(RgbImage image, int epoch, int index, Span<byte> target) => preprocessing.Apply(image, target);
}

/// <summary>The same for pictures from wherever they come.</summary>
internal sealed class PicturePreparation(IReadOnlyList<Picture> pictures, Preprocessing preprocessing) : WholePreparation(preprocessing.Side, preprocessing.HonourExifOrientation)
{
    protected override RgbImage Decode(string path, int index, DecodeOptions options) => pictures[index].Decode(options);

    protected override void Render(RgbImage image, int epoch, int index, Span<byte> target) => preprocessing.Apply(image, target);
}
