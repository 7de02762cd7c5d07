namespace JustAlexNet.Imaging.Tests;

public sealed class ResizerTests
{
    private static readonly RgbImage Source = Noise(37, 29, seed: 1);

    public static TheoryData<int, int, Interpolation> Sizes() => new()
    {
        { 16, 16, Interpolation.Bilinear }, { 50, 41, Interpolation.Bicubic }, { 37, 12, Interpolation.Bilinear }, { 20, 29, Interpolation.Bicubic },
        { 37, 29, Interpolation.Bilinear }, { 1, 1, Interpolation.Bicubic }, { 40, 5, Interpolation.Bilinear }, { 2, 60, Interpolation.Bicubic },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void A_box_gives_what_resizing_the_cut_out_picture_gives(int width, int height, Interpolation interpolation)
    {
        var box = new PixelBox(5, 3, 21, 17);
        using var cut = Cut(Source, box);
        Assert.Equal(Resize(cut, PixelBox.Whole(cut), width, height, interpolation), Resize(Source, box, width, height, interpolation));
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Flipping_is_mirroring_the_result(int width, int height, Interpolation interpolation)
    {
        var plain = Resize(Source, PixelBox.Whole(Source), width, height, interpolation);
        var flipped = Resize(Source, PixelBox.Whole(Source), width, height, interpolation, flip: true);
        Assert.Equal(plain.Chunk(3 * width).SelectMany(row => row.Chunk(3).Reverse().SelectMany(pixel => pixel)), flipped);
        if (width > 1) Assert.NotEqual(plain, flipped);
    }

    [Fact]
    public void The_same_size_is_a_copy()
    {
        Assert.Equal(Source.Pixels.ToArray(), Resize(Source, PixelBox.Whole(Source), 37, 29, Interpolation.Bicubic));
    }

    [Fact]
    public void One_pixel_fills_any_size()
    {
        using var one = new RgbImage(1, 1);
        ((ReadOnlySpan<byte>)[12, 200, 77]).CopyTo(one.Pixels);
        foreach (var pixel in Resize(one, PixelBox.Whole(one), 9, 4, Interpolation.Bicubic).Chunk(3)) Assert.Equal([12, 200, 77], pixel);
    }

    [Fact]
    public void Bytes_behind_the_result_stay_as_they_were()
    {
        var target = new byte[10 * 10 * 3 + 5];
        target.AsSpan().Fill(0xAB);
        Resizer.Resize(Source, PixelBox.Whole(Source), target, 10, 10, Interpolation.Bilinear);
        Assert.Equal([0xAB, 0xAB, 0xAB, 0xAB, 0xAB], target[^5..]);
    }

    [Fact]
    public void Mistakes_of_the_caller_are_argument_exceptions()
    {
        var target = new byte[300];
        Assert.Throws<ArgumentNullException>(() => Resizer.Resize(null!, default, target, 10, 10, Interpolation.Bilinear));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resizer.Resize(Source, PixelBox.Whole(Source), target, 0, 10, Interpolation.Bilinear));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resizer.Resize(Source, PixelBox.Whole(Source), target, 10, 10, (Interpolation)7));
        foreach (var box in new PixelBox[] { new(-1, 0, 5, 5), new(0, 0, 38, 5), new(0, 25, 5, 5), new(0, 0, 0, 5), new(int.MaxValue, 0, int.MaxValue, 5) })
            Assert.Throws<ArgumentException>("box", () => Resizer.Resize(Source, box, target, 10, 10, Interpolation.Bilinear));
        Assert.Throws<ArgumentException>("target", () => Resizer.Resize(Source, PixelBox.Whole(Source), target, 11, 10, Interpolation.Bilinear));
    }

    [Fact]
    public void Repeated_resizing_of_one_size_takes_no_managed_memory_but_the_owner_of_what_is_rented()
    {
        var target = new byte[16 * 16 * 3];
        void Once() => Resizer.Resize(Source, PixelBox.Whole(Source), target, 16, 16, Interpolation.Bilinear);
        for (var i = 0; i < 50; i++) Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++) Once();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50 * 32);
    }

    internal static RgbImage Noise(int width, int height, int seed)
    {
        var image = new RgbImage(width, height);
        new Random(seed).NextBytes(image.Pixels);
        return image;
    }

    private static byte[] Resize(RgbImage image, PixelBox box, int width, int height, Interpolation interpolation, bool flip = false)
    {
        var target = new byte[width * height * 3];
        Resizer.Resize(image, box, target, width, height, interpolation, flip);
        return target;
    }

    private static RgbImage Cut(RgbImage image, PixelBox box)
    {
        var cut = new RgbImage(box.Width, box.Height);
        for (var y = 0; y < box.Height; y++)
            image.Pixels.Slice(((box.Top + y) * image.Width + box.Left) * 3, box.Width * 3).CopyTo(cut.Pixels[(y * box.Width * 3)..]);
        return cut;
    }
}
