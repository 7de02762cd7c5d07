namespace JustAlexNet.Imaging;

/// <summary>Words for what went wrong with reading a file.</summary>
internal static class ReadFault
{
    /// <summary>Why a file could not be read, in few words, without its path.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <param name="path">The file.</param>
    /// <param name="expected">What it should be.</param>
    public static string Reason(Exception cause, string path, string expected = "a file") => cause switch
    {
        FileNotFoundException or DirectoryNotFoundException => new FileInfo(path).LinkTarget is { } target ? $"it is a link that leads nowhere ({target})" : "there is no such file",
        UnauthorizedAccessException when Directory.Exists(path) => $"it is a folder, expected {expected}",
        UnauthorizedAccessException => "no permission to read the file",
        _ => cause.Message.Split(" : ")[0] is var text && text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : cause.GetType().Name,
    };
}
