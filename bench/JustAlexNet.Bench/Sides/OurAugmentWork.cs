using JustAlexNet.Inference;
using JustAlexNet.Data;
using JustAlexNet.Imaging;

namespace JustAlexNet.Bench.Sides;

/// <summary>An augmentation of pixels alone, on one core: squares that are in memory already, each copied and augmented once a round.</summary>
internal sealed class OurAugmentWork : Work
{
    private readonly List<byte[]> squares;
    private readonly byte[] target;
    private readonly int side;
    private int epoch;

    public OurAugmentWork(SideSettings settings)
    {
        side = settings.Number("size");
        var (samples, _) = BenchPhotos.Of(settings.Text("data"), settings.Number("photos"));
        squares = [.. samples.Select(Square)];
        target = new byte[side * side * 3];
        About = $"RandAugment, {squares.Count} photos of {side} px";
    }

    public override string About { get; }

    public override double Round()
    {
        var augmentation = new RandAugment();
        foreach (var (index, square) in squares.Index())
        {
            square.CopyTo(target, 0);
            augmentation.Apply(new PictureSpan(target, side, side, ChannelValues.ImageNetMean), new SampleRandom(0, epoch, index));
        }
        epoch++;
        return squares.Count;
    }

    public override void Dispose() => squares.Clear();

    private byte[] Square(Sample sample)
    {
        using var photo = ImageDecoder.Decode(sample.Path);
        var square = new byte[side * side * 3];
        Resizer.Resize(photo, PixelBox.Whole(photo), square, side, side, Interpolation.Bilinear);
        return square;
    }
}
