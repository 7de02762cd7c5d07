using System.Text;

namespace JustAlexNet.Files;

/// <summary>Replaces a file as a whole: whoever looks sees the old one or the new one, also after a crash or a power cut.</summary>
internal static class WholeFile
{
    /// <summary>Writes beside the file's place (<c>path.tmp</c>), flushes to the disk and renames. Removes the attempt when it fails.</summary>
    /// <exception cref="IOException">Folder or space is missing, or what <paramref name="content"/> threw.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var attempt = path + ".tmp";
        try
        {
            using (var file = new FileStream(attempt, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                content(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(attempt, path, overwrite: true);
        }
        catch
        {
            Remove(attempt);
            throw;
        }
    }

    /// <summary>The same for a text: UTF-8 without a mark.</summary>
    /// <exception cref="IOException">Folder or space is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public static void Write(string path, string text) => Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    // The failure to write is what is reported; a leftover that cannot go either would only hide it.
    private static void Remove(string attempt)
    {
        try { File.Delete(attempt); }
        catch (Exception leftover) when (leftover is IOException or UnauthorizedAccessException) { }
    }
}
