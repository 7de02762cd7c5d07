using JustAlexNet.Inference.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Tests;

/// <summary>Folders of small pictures.</summary>
internal static class Photos
{
    /// <summary>Class folders below <paramref name="name"/> with so many pictures each; returns the folder.</summary>
    public static string Of(Scratch scratch, string name, int each, params string[] classes)
    {
        var seed = 0;
        foreach (var kind in classes)
            for (var i = 0; i < each; i++) TestPictures.Write(scratch.At(name, kind, $"{i:00}.bmp"), 40 + i, 30 + seed, ++seed);
        return Path.Combine(scratch.Folder, name);
    }

    /// <summary>Cats, dogs and owls.</summary>
    public static string Three(Scratch scratch, int each = 4, string name = "photos") => Of(scratch, name, each, "cats", "dogs", "owls");
}
