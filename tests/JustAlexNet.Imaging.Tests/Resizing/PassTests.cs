using JustAlexNet.Imaging.Tests;

namespace JustAlexNet.Imaging.Resizing.Tests;

/// <summary>The vector paths give the bits of the plain loops, for every length that leaves another remainder.</summary>
public sealed class PassTests
{
    public static TheoryData<int, int, Interpolation, bool> Lengths()
    {
        var data = new TheoryData<int, int, Interpolation, bool>();
        foreach (var source in new[] { 1, 2, 7, 24, 53, 400 })
            foreach (var target in new[] { 1, 3, 5, 6, 16, 22, 224 })
                data.Add(source, target, (source + target) % 2 == 0 ? Interpolation.Bilinear : Interpolation.Bicubic, target % 3 == 0);
        return data;
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Rows_are_equal(int source, int target, Interpolation interpolation, bool flip)
    {
        using var image = ResizerTests.Noise(source, 11, seed: source);
        var plane = new Plane(image.PixelsAndSlack, source * 3);
        var coefficients = new Coefficients(new(source, target, 0, target, interpolation));
        var (fast, slow) = (new byte[target * 3 * 11], new byte[target * 3 * 11]);

        HorizontalPass.Run(plane, 11, coefficients, fast, target * 3, flip);
        HorizontalPass.RunScalar(plane, 11, coefficients, slow, target * 3, flip);

        Assert.Equal(slow, fast);
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Columns_are_equal(int source, int target, Interpolation interpolation, bool flip)
    {
        var width = flip ? 3 : 23;                          // below and above one vector, and no multiple of it
        using var image = ResizerTests.Noise(width, source, seed: source);
        var plane = new Plane(image.PixelsAndSlack, width * 3);
        var coefficients = new Coefficients(new(source, target, 0, target, interpolation));
        var (fast, slow) = (new byte[target * width * 3], new byte[target * width * 3]);

        VerticalPass.Run(plane, coefficients, fast, width * 3, width * 3);
        VerticalPass.RunScalar(plane, coefficients, slow, width * 3, width * 3);

        Assert.Equal(slow, fast);
    }
}
