using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>A random change of a picture's pixels that keeps its size.</summary>
/// <remarks>
/// Whoever derives a record of their own keeps it immutable and thread-safe (the loader's threads share it) and draws from the stream it is handed only: then a picture is varied
/// alike whatever the number of workers, and in a resumed run too.
/// </remarks>
public abstract record PixelAugmentation
{
    /// <summary>As a recipe names it, in lower case.</summary>
    public abstract string Name { get; }

    /// <summary>Changes one picture in place.</summary>
    /// <param name="picture">The pixels and their size.</param>
    /// <param name="random">The stream of this sample and epoch; moves on.</param>
    public abstract void Apply(PictureSpan picture, SampleRandom random);
}

/// <summary>A picture that is being augmented, in memory of somebody else.</summary>
/// <param name="pixels">Height x Width x 3 bytes, row by row, each pixel red, green, blue from 0 to 255.</param>
/// <param name="width">Columns, 1 or more.</param>
/// <param name="height">Rows, 1 or more.</param>
/// <param name="mean">What normalisation will subtract, on the scale 0 to 1.</param>
public readonly ref struct PictureSpan(Span<byte> pixels, int width, int height, ChannelValues mean)
{
    /// <summary>Height x Width x 3 bytes.</summary>
    public Span<byte> Pixels { get; } = pixels;

    /// <summary>Columns.</summary>
    public int Width { get; } = width;

    /// <summary>Rows.</summary>
    public int Height { get; } = height;

    /// <summary>What normalisation will subtract, on the scale 0 to 1.</summary>
    public ChannelValues Mean { get; } = mean;
}
