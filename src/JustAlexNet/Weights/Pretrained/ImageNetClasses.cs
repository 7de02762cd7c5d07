namespace JustAlexNet.Weights;

/// <summary>The 1000 classes of ImageNet (ILSVRC 2012) in the order of the logits of torchvision's networks.</summary>
public static class ImageNetClasses
{
    /// <summary>English names, all different: <c>tench</c> is 0, <c>toilet tissue</c> is 999. As torchvision's <c>_IMAGENET_CATEGORIES</c> has them.</summary>
    public static IReadOnlyList<string> Names { get; } = Read();

    private static string[] Read()
    {
        using var text = new StreamReader(typeof(ImageNetClasses).Assembly.GetManifestResourceStream("imagenet-classes.txt")!);
        return text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
