namespace JustAlexNet.Weights;

/// <summary>The weights that torchvision publishes for ImageNet, a row a network.</summary>
public static class ImageNetWeights
{
    /// <summary>Under which terms they may be used.</summary>
    public const string Licence = "torchvision's weights: BSD-3-Clause; learned from ImageNet's photos, whose terms allow non-commercial research and teaching";

    /// <summary>Where torchvision publishes them.</summary>
    public const string BaseAddress = "https://download.pytorch.org/models/";

    /// <summary>The side in pixels at which their accuracy was measured, with <see cref="Imaging.Preprocessing.ImageNet"/>.</summary>
    public const int ImageSize = 224;

    /// <summary>The rows. Source: torchvision 0.14 (<c>IMAGENET1K_V1</c>).</summary>
    public static IReadOnlyList<PretrainedFile> All { get; } =
    [
        new("alexnet", "alexnet-owt-7be5be79.pth", 244_408_911, "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02", 0.56522, 0.79066),
        new("resnet18", "resnet18-f37072fd.pth", 46_830_571, "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec", 0.69758, 0.89078),
        new("resnet34", "resnet34-b627a593.pth", null, "b627a593", 0.73314, 0.91420),
        new("densenet121", "densenet121-a639ec97.pth", null, "a639ec97", 0.74434, 0.91972),
        new("densenet169", "densenet169-b2777c0a.pth", null, "b2777c0a", 0.75600, 0.92806),
        new("densenet201", "densenet201-c1103571.pth", 81_131_730, "c1103571", 0.76896, 0.93370),
    ];

    /// <summary>The row of a network, or null.</summary>
    public static PretrainedFile? Find(string model) => All.FirstOrDefault(row => row.Model == model);
}

/// <summary>One row of <see cref="ImageNetWeights"/>.</summary>
/// <param name="Model">The network's name.</param>
/// <param name="File">The file's name, below <see cref="ImageNetWeights.BaseAddress"/> and in the cache.</param>
/// <param name="Bytes">Its length, where it is known.</param>
/// <param name="Sha256">The SHA-256 of its content in small hexadecimal digits, or as many of the first as are known (8 or more).</param>
/// <param name="Top1">Published accuracy on ImageNet's validation photos, a fraction.</param>
/// <param name="Top5">The same within the five most probable classes.</param>
public sealed record PretrainedFile(string Model, string File, long? Bytes, string Sha256, double Top1, double Top5);

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
