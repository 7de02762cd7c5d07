namespace JustAlexNet.Imaging;

/// <summary>One number for each colour channel.</summary>
/// <param name="Red">Of the first channel.</param>
/// <param name="Green">Of the second channel.</param>
/// <param name="Blue">Of the third channel.</param>
public readonly record struct ChannelValues(double Red, double Green, double Blue)
{
    /// <summary>Mean of ImageNet's training pixels on the scale 0 to 1: 0.485, 0.456, 0.406.</summary>
    public static ChannelValues ImageNetMean { get; } = new(0.485, 0.456, 0.406);

    /// <summary>Standard deviation of ImageNet's training pixels on the scale 0 to 1: 0.229, 0.224, 0.225.</summary>
    public static ChannelValues ImageNetDeviation { get; } = new(0.229, 0.224, 0.225);

    /// <summary>A new array: red, green, blue.</summary>
    public double[] ToArray() => [Red, Green, Blue];
}
