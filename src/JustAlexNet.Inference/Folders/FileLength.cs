namespace JustAlexNet.Inference;

/// <summary>How many bytes a picture has: those of the file that a link leads to, not of the link.</summary>
internal static class FileLength
{
    /// <summary>The length; -1 for a link that leads nowhere, which stays in a data set as a picture that cannot be read.</summary>
    /// <exception cref="IOException">There is no such file, and no link.</exception>
    public static long Of(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is null) return file.Length;
        return RealPath.Resolve(path) is { } real && File.Exists(real) ? new FileInfo(real).Length : -1;
    }
}
