using JustAlexNet.Imaging.Decoding;

namespace JustAlexNet.Serving;

/// <summary>Where a model's file is, and what it is called.</summary>
internal sealed record ModelPlace(string Name, string Version, string Path, bool IsInFolder)
{
    /// <summary>What strangers may be told of the path.</summary>
    public string Label => IsInFolder ? $"{Name}/{Version}/{ModelFolder.File}" : System.IO.Path.GetFileName(Path);
}

/// <summary>A folder of <c>name/version/model.onnx</c>.</summary>
internal static class ModelFolder
{
    public const string File = "model.onnx";

    /// <summary>The files that stand there; whatever is called otherwise is none of ours.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IEnumerable<ModelPlace> Find(string folder) =>
        from model in Directory.EnumerateDirectories(folder)
        let name = Path.GetFileName(model)
        where ModelNames.IsName(name)
        from version in Directory.EnumerateDirectories(model)
        let number = Path.GetFileName(version)
        where ModelNames.IsVersion(number)
        let path = Path.Combine(version, File)
        where Path.Exists(path)
        select new ModelPlace(name, number, path, IsInFolder: true);
}

/// <summary>By what a replaced or growing file is told from the one before.</summary>
internal readonly record struct FileStamp(long Length, DateTime Written)
{
    /// <summary>Null: there is no such file. One that cannot be opened has a stamp too, of no length.</summary>
    public static FileStamp? Of(string path)
    {
        if (SpecialFile.Is(path)) return new(-1, default);
        try
        {
            using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(-1, default);        // opening it for good will say why
        }
    }
}
