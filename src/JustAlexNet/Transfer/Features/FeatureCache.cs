using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using JustAlexNet.Files;

namespace JustAlexNet.Transfer;

/// <summary>The folder in which features are kept between runs.</summary>
/// <param name="folder">Made when something is kept; null keeps nothing.</param>
internal sealed class FeatureCache(string? folder)
{
    // Counted up when the same key would stand for other features: another way to decode, resize or compute.
    private const int Generation = 1;

    /// <summary><c>justalexnet/features</c> in the user's cache folder: <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c>, on Windows the local application data, on macOS <c>~/Library/Caches</c>; null without a home folder.</summary>
    public static string? StandardFolder
    {
        get
        {
            var caches = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : OperatingSystem.IsMacOS() ? UserFolders.Home is { } home ? Path.Combine(home, "Library", "Caches") : null
                : UserFolders.Caches(Environment.GetEnvironmentVariable);
            return string.IsNullOrEmpty(caches) ? null : Path.Combine(caches, "justalexnet", "features");
        }
    }

    /// <summary>The file for one backbone and view; null where nothing is kept.</summary>
    public FeatureFile? FileOf(Backbone backbone, View view) => folder is null ? null : new FeatureFile(Path.Combine(folder, Key(backbone, view) + ".features"), backbone.FeatureCount);

    private static string Key(Backbone backbone, View view)
    {
        var preprocessing = JsonSerializer.Serialize(backbone.Preprocessing.ToDictionary());
        return Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes($"{Generation}\n{backbone.Fingerprint}\n{preprocessing}\n{view.Name}\nfloat32\n")));
    }
}
