namespace JustAlexNet.TestSupport;

/// <summary>Small folders of real photos, copied from the embedded sample.</summary>
internal static class MiniPhotos
{
    /// <summary>Classes of the sample, in order.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["dress", "hat", "pants", "shoes", "t-shirt"];

    /// <summary>Makes <c>train/</c> and <c>val/</c> with the first classes and the first photos of each.</summary>
    public static string Make(string folder, int classes = 3, int train = 4, int val = 2)
    {
        foreach (var name in Classes.Take(classes))
        {
            Copy(name, "train", Path.Combine(folder, "train", name), train);
            Copy(name, "val", Path.Combine(folder, "val", name), val);
        }
        return folder;
    }

    /// <summary>Makes class folders without parts.</summary>
    public static string MakePlain(string folder, int classes = 3, int photos = 6)
    {
        foreach (var name in Classes.Take(classes)) Copy(name, "train", Path.Combine(folder, name), photos);
        return folder;
    }

    private static void Copy(string name, string part, string target, int count)
    {
        Directory.CreateDirectory(target);
        var photos = Directory.GetFiles(Repository.At("samples", "clothing-mini", part, name), "*.jpg").Order(StringComparer.Ordinal).Take(count).ToList();
        Assert.Equal(count, photos.Count);
        foreach (var photo in photos) File.Copy(photo, Path.Combine(target, Path.GetFileName(photo)));
    }
}
