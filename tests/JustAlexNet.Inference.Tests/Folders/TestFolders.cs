using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

/// <summary>Makes files for tests that look at names alone.</summary>
internal static class TestFolders
{
    /// <summary>Makes files of one byte at paths below the scratch folder, with <c>/</c> between the parts; returns the folder.</summary>
    public static string With(this Scratch scratch, params string[] paths)
    {
        foreach (var path in paths) File.WriteAllText(scratch.At(path.Split('/')), "x");
        return scratch.Folder;
    }

    /// <summary>Makes <c>count</c> files <c>00.jpg</c>, <c>01.jpg</c> and so on in a folder.</summary>
    public static string WithMany(this Scratch scratch, string folder, int count) =>
        scratch.With([.. Enumerable.Range(0, count).Select(i => $"{folder}/{i:00}.jpg")]);

    /// <summary>The samples' paths below a folder, with <c>/</c> between the parts.</summary>
    public static string[] Below(this IEnumerable<Sample> samples, string folder) =>
        [.. samples.Select(sample => Path.GetRelativePath(folder, sample.Path).Replace('\\', '/'))];

    /// <summary>All pictures of the training and validation parts, in the order of their paths.</summary>
    public static string[] Learned(this ImageFolder folder) => [.. folder.Training.Concat(folder.Validation).Below(folder.Folder).Order(StringComparer.Ordinal)];
}
