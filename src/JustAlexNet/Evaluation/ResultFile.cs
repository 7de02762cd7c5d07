namespace JustAlexNet.Evaluation;

/// <summary>Writes a small file so that its name holds either the old content or the whole new one.</summary>
internal static class ResultFile
{
    /// <summary>Writes beside the target, flushes to disk, renames.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var unfinished = path + ".unfinished";
        try
        {
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            TryDelete(unfinished);
            throw new EvaluationFileException(path, $"Cannot write {path}: {cause.Message}\nCheck that the folder exists, may be written to and has room.", cause);
        }
    }

    // The failure to write is what is reported; a leftover that cannot go either would only hide it.
    private static void TryDelete(string path)
    {
        try { File.Delete(path); }
        catch (Exception leftover) when (leftover is IOException or UnauthorizedAccessException) { }
    }
}
