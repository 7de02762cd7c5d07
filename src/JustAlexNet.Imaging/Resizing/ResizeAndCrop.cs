namespace JustAlexNet.Imaging.Resizing;

/// <summary>Resizes the shorter side and takes the middle, computing only the pixels that remain.</summary>
internal static class ResizeAndCrop
{
    public static void Apply(RgbImage image, ShorterSideCrop geometry, Interpolation interpolation, Span<byte> target)
    {
        var side = geometry.CropSide;
        TwoPasses.CheckLength(target, side, side);
        var (width, height) = Sizes(image.Width, image.Height, geometry.ResizeSide);
        var across = Middle(width, side);
        var down = Middle(height, side);
        if (across.Count < side || down.Count < side) target[..(side * side * 3)].Clear();
        TwoPasses.Run(
            image,
            PixelBox.Whole(image),
            new(image.Width, width, across.First, across.Count, interpolation),
            new(image.Height, height, down.First, down.Count, interpolation),
            target[((down.Border * side + across.Border) * 3)..],
            side * 3,
            flip: false);
    }

    /// <summary>torchvision's rule: the longer side is <c>int(side * long / short)</c>.</summary>
    private static (long Width, long Height) Sizes(int width, int height, int side)
    {
        var longer = (long)((double)((long)side * Math.Max(width, height)) / Math.Min(width, height));
        return width <= height ? (side, longer) : (longer, side);
    }

    /// <summary>
    /// torchvision's centre crop along one axis: it starts at <c>int(round((size - side) / 2.0))</c>, halves to the even number;
    /// what is too small lies in a border, the larger half of it behind.
    /// </summary>
    private static (long First, int Count, int Border) Middle(long size, int side) => size < side
        ? (0, (int)size, (int)(side - size) / 2)
        : ((long)Math.Round((size - side) / 2.0), side, 0);
}
