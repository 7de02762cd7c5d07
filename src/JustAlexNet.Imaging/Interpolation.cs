namespace JustAlexNet.Imaging;

/// <summary>How new pixels are computed from old ones. Both are antialiased: where the picture shrinks, the kernel grows with it.</summary>
public enum Interpolation
{
    /// <summary>Triangle kernel, one pixel to each side. Pillow's <c>BILINEAR</c>, the choice behind most published weights.</summary>
    Bilinear,

    /// <summary>Cubic kernel with a = -0.5, two pixels to each side. Pillow's <c>BICUBIC</c>.</summary>
    Bicubic,
}
