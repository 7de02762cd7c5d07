using System.Runtime.CompilerServices;

namespace JustAlexNet.TestSupport;

/// <summary>Where things stand in the checkout, and in the folder <c>shared/</c> beside it, which a user's clone does not have.</summary>
internal static class Repository
{
    /// <summary>The root of the checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder of the checkout.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Reference values copied from <c>shared/golden</c> (their README says what made them).</summary>
    public static string Golden(params string[] parts) => At(["tests", "golden", .. parts]);

    /// <summary>A file or folder of <c>shared/</c>; skips the running test, with the reason, where it is absent.</summary>
    public static string SharedOrSkip(params string[] parts)
    {
        var path = Path.GetFullPath(Path.Combine([Root, "..", "shared", .. parts]));
        if (!File.Exists(path) && !Directory.Exists(path)) Assert.Skip($"{path} is not here (a user's clone has no shared/).");
        return path;
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        foreach (var start in new[] { Path.GetDirectoryName(here)!, AppContext.BaseDirectory })
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
                if (File.Exists(Path.Combine(folder, "JustAlexNet.slnx"))) return folder;
        throw new InvalidOperationException("The checkout was not found above the tests.");
    }
}
