using JustAlexNet.Imaging.Operations;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>What RandAugment, TrivialAugment and AutoAugment choose from, by torchvision's names.</summary>
internal enum PolicyOperation
{
    Identity, ShearX, ShearY, TranslateX, TranslateY, Rotate, Brightness, Color, Contrast, Sharpness, Posterize, Solarize, AutoContrast, Equalize, Invert,
}

/// <summary>One operation with its magnitude, sign included.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Magnitude">How much of it; 0 for those that have none.</param>
internal readonly record struct PolicyStep(PolicyOperation Operation, double Magnitude)
{
    /// <summary>torchvision's <c>_apply_op</c> on Pillow pictures, black outside, bit for bit.</summary>
    public void Apply(PictureSpan picture, bool bilinear)
    {
        var (width, height) = (picture.Width, picture.Height);
        switch (Operation)
        {
            case PolicyOperation.ShearX: Warp.Apply(picture.Pixels, width, height, AffineMap.ShearX(Magnitude), bilinear); break;
            case PolicyOperation.ShearY: Warp.Apply(picture.Pixels, width, height, AffineMap.ShearY(Magnitude), bilinear); break;
            case PolicyOperation.TranslateX: Warp.Apply(picture.Pixels, width, height, AffineMap.Translation((int)Magnitude, 0), bilinear); break;
            case PolicyOperation.TranslateY: Warp.Apply(picture.Pixels, width, height, AffineMap.Translation(0, (int)Magnitude), bilinear); break;
            case PolicyOperation.Rotate: Warp.Apply(picture.Pixels, width, height, AffineMap.Rotation(Magnitude, width, height), bilinear); break;
            case PolicyOperation.Brightness: Enhancement.Brightness(picture.Pixels, (float)(1 + Magnitude)); break;
            case PolicyOperation.Color: Enhancement.Saturation(picture.Pixels, (float)(1 + Magnitude)); break;
            case PolicyOperation.Contrast: Enhancement.Contrast(picture.Pixels, (float)(1 + Magnitude)); break;
            case PolicyOperation.Sharpness: Enhancement.Sharpness(picture.Pixels, width, (float)(1 + Magnitude)); break;
            case PolicyOperation.Posterize: Tones.Posterize(picture.Pixels, (int)Magnitude); break;
            case PolicyOperation.Solarize: Tones.Solarize(picture.Pixels, Magnitude); break;
            case PolicyOperation.AutoContrast: Tones.AutoContrast(picture.Pixels); break;
            case PolicyOperation.Equalize: Tones.Equalize(picture.Pixels); break;
            case PolicyOperation.Invert: Tones.Invert(picture.Pixels); break;
            case PolicyOperation.Identity: break;
            default: throw new ArgumentOutOfRangeException(nameof(picture), Operation, "No such operation.");
        }
    }
}

/// <summary>How far each operation goes: from the least to the greatest in even steps (bins), as torchvision's <c>_augmentation_space</c>.</summary>
/// <param name="Bins">How many steps, 2 or more.</param>
/// <param name="Shear">Greatest shear, as a tangent.</param>
/// <param name="Degrees">Greatest rotation.</param>
/// <param name="Enhance">Greatest change of brightness, colour, contrast and sharpness.</param>
/// <param name="Bits">How many bits the strongest posterize takes away.</param>
/// <param name="Pixels">Greatest translation in pixels, of a side.</param>
internal sealed record MagnitudeSpace(int Bins, double Shear, double Degrees, double Enhance, int Bits, Func<int, double> Pixels)
{
    /// <summary>RandAugment's, and AutoAugment's with 10 bins.</summary>
    public static MagnitudeSpace Usual(int bins) => new(bins, 0.3, 30, 0.9, 4, side => 150.0 / 331.0 * side);

    /// <summary>TrivialAugment's wide space.</summary>
    public static MagnitudeSpace Wide { get; } = new(31, 0.99, 135, 0.99, 6, _ => 32);

    /// <summary>Whether an operation goes both ways, each half of the time.</summary>
    public static bool IsSigned(PolicyOperation operation) => operation is >= PolicyOperation.ShearX and <= PolicyOperation.Sharpness;

    /// <summary>The magnitude of a bin, without sign; 0 for operations that have none.</summary>
    public double Of(PolicyOperation operation, int bin, int width, int height) => operation switch
    {
        PolicyOperation.ShearX or PolicyOperation.ShearY => Linear(0, Shear, bin),
        PolicyOperation.TranslateX => Linear(0, Pixels(width), bin),
        PolicyOperation.TranslateY => Linear(0, Pixels(height), bin),
        PolicyOperation.Rotate => Linear(0, Degrees, bin),
        PolicyOperation.Brightness or PolicyOperation.Color or PolicyOperation.Contrast or PolicyOperation.Sharpness => Linear(0, Enhance, bin),
        PolicyOperation.Posterize => 8 - Math.Round(bin / ((Bins - 1) / (double)Bits), MidpointRounding.ToEven),
        PolicyOperation.Solarize => Linear(255, 0, bin),
        _ => 0,
    };

    /// <summary>A magnitude with its sign, drawn where there is one.</summary>
    public PolicyStep Draw(PolicyOperation operation, int bin, PictureSpan picture, SampleRandom random)
    {
        var magnitude = Of(operation, bin, picture.Width, picture.Height);
        return new(operation, IsSigned(operation) && random.NextInt(2) == 1 ? -magnitude : magnitude);
    }

    // torch.linspace in single precision: from both ends to the middle.
    private double Linear(double start, double end, int bin)
    {
        var (from, to) = ((float)start, (float)end);
        var step = (to - from) / (Bins - 1);
        return bin < Bins / 2 ? from + step * bin : to - step * (Bins - 1 - bin);
    }
}
