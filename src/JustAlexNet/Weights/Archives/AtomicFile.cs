namespace JustAlexNet.Weights.Archives;

/// <summary>Replaces a file as a whole: whoever looks sees the old one or the new one, also after a crash or a power cut.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the file's place (<c>path.tmp</c>), flushes to the disk and renames. Removes the attempt when it fails.</summary>
    /// <exception cref="WeightsException">Folder, permission or space is missing.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        var attempt = path + ".tmp";
        try
        {
            using (var file = new FileStream(attempt, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                try
                {
                    content(file);
                    file.Flush(flushToDisk: true);
                }
                catch
                {
                    file.Dispose();
                    File.Delete(attempt);
                    throw;
                }
            }

            Rename(attempt, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"cannot write {path}: {e.Message}\n  Free some space or name another place; what stood there before is untouched.", e) { Path = path };
        }
    }

    private static void Rename(string attempt, string path)
    {
        try
        {
            File.Move(attempt, path, overwrite: true);
        }
        catch
        {
            File.Delete(attempt);
            throw;
        }
    }
}
