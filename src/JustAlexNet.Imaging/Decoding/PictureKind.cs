namespace JustAlexNet.Imaging.Decoding;

/// <summary>The kinds of file that are read.</summary>
internal enum PictureKind
{
    Jpeg,
    Png,
    WebP,
    Bmp,
    Gif,
}
