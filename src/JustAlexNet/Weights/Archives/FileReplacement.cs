using JustAlexNet.Files;

namespace JustAlexNet.Weights.Archives;

/// <summary>The files of this room, whole at every moment.</summary>
internal static class FileReplacement
{
    /// <summary>Replaces a file, see <see cref="AtomicFile"/>.</summary>
    /// <exception cref="WeightsException">Folder, permission or space is missing.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        try
        {
            AtomicFile.Write(path, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"cannot write {path}: {WriteFault.Reason(e, path)}\n  {WriteFault.Advice(e, path, "name another place")}; what stood there before is untouched.", e) { Path = path };
        }
    }
}
