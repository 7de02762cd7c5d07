using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using JustAlexNet.Files;
using JustAlexNet.Imaging;

namespace JustAlexNet.Transfer;

/// <summary>The folder in which features are kept between runs.</summary>
/// <param name="folder">Made when something is kept; null keeps nothing.</param>
/// <param name="decoder">What decodes JPEG files, part of the key since decoders round differently; null: this process's.</param>
internal sealed class FeatureCache(string? folder, string? decoder = null)
{
    // Counted up when the same key would stand for other features: another way to resize or compute. 1 has wrong ones of processors that hide their caches (PointwiseConvolution), 2 those of networks that were not folded.
    private const int Generation = 3;

    private readonly string decoder = decoder ?? $"{JpegDecoder.Current.Name} {JpegDecoder.Current.Version}";

    /// <summary><c>features</c> in our cache folder (<see cref="UserFolders.Own"/>); null where there is none.</summary>
    public static string? StandardFolder => UserFolders.Below("features");

    /// <summary>The file for one backbone and view; null where nothing is kept.</summary>
    public FeatureFile? FileOf(Backbone backbone, FeatureView view) => folder is null ? null : new FeatureFile(Path.Combine(folder, Key(backbone, view) + ".features"), backbone.FeatureCount);

    private string Key(Backbone backbone, FeatureView view)
    {
        var preprocessing = JsonSerializer.Serialize(backbone.Preprocessing.ToDictionary());
        return Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes($"{Generation}\n{backbone.Fingerprint}\n{preprocessing}\n{decoder}\n{view.Name}\n{backbone.Precision}\n")));
    }
}
