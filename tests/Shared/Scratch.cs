namespace JustAlexNet.TestSupport;

/// <summary>A new empty folder that goes away with the test.</summary>
internal sealed class Scratch : IDisposable
{
    /// <summary>The folder's full path.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("justalexnet-test-").FullName;

    /// <summary>A path below the folder; the folders above it are made.</summary>
    public string At(params string[] parts)
    {
        var path = Path.Combine([Folder, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
