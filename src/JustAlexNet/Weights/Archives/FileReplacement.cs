using JustAlexNet.Files;

namespace JustAlexNet.Weights.Archives;

/// <summary>The files of this room, whole at every moment.</summary>
internal static class FileReplacement
{
    /// <summary>Replaces a file, see <see cref="WholeFile"/>.</summary>
    /// <exception cref="WeightsException">Folder, permission or space is missing.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        try
        {
            WholeFile.Write(path, content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"cannot write {path}: {(e is DirectoryNotFoundException ? "there is no such folder" : WriteFault.Reason(e))}\n  {Advice(e)}", e) { Path = path };
        }
    }

    private static string Advice(Exception cause) => cause switch
    {
        DirectoryNotFoundException => "Make the folder, or name another place.",
        UnauthorizedAccessException => "Name another place, or have the permission changed; what stood there before is untouched.",
        _ => "Free some space or name another place; what stood there before is untouched.",
    };
}
