using System.Runtime.Intrinsics.X86;
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
        var (scalar, narrow, wide) = (new byte[target * 3 * 11], new byte[target * 3 * 11], new byte[target * 3 * 11]);

        HorizontalPass.RunScalar(plane, 11, coefficients, scalar, target * 3, flip);
        HorizontalPass.RunVectors(plane, 11, coefficients, narrow, target * 3, flip, avx2: false);
        HorizontalPass.RunVectors(plane, 11, coefficients, wide, target * 3, flip, avx2: Avx2.IsSupported);

        Assert.Equal(scalar, narrow);
        Assert.Equal(scalar, wide);
    }

    [Fact]
    public void Rows_shorter_than_a_vector_are_resized_too()
    {
        using var image = ResizerTests.Noise(2, 9, seed: 3);
        var plane = new Plane(image.PixelsAndSlack, 6);
        var coefficients = new Coefficients(new(9, 4, 0, 4, Interpolation.Bilinear));
        var (any, scalar) = (new byte[24], new byte[24]);
        VerticalPass.Run(plane, coefficients, any, 6, 6);
        VerticalPass.RunScalar(plane, coefficients, scalar, 6, 6);
        Assert.Equal(scalar, any);
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Columns_are_equal(int source, int target, Interpolation interpolation, bool flip)
    {
        var width = flip ? 6 : 23;                          // a little more than one vector, and no multiple of it
        using var image = ResizerTests.Noise(width, source, seed: source);
        var plane = new Plane(image.PixelsAndSlack, width * 3);
        var coefficients = new Coefficients(new(source, target, 0, target, interpolation));
        var (scalar, narrow, wide) = (new byte[target * width * 3], new byte[target * width * 3], new byte[target * width * 3]);

        VerticalPass.RunScalar(plane, coefficients, scalar, width * 3, width * 3);
        VerticalPass.RunVectors(plane, coefficients, narrow, width * 3, width * 3, avx2: false);
        VerticalPass.RunVectors(plane, coefficients, wide, width * 3, width * 3, avx2: Avx2.IsSupported);

        Assert.Equal(scalar, narrow);
        Assert.Equal(scalar, wide);
    }
}
