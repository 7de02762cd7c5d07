namespace JustAlexNet.Files;

/// <summary>Words for what went wrong with a file.</summary>
internal static class WriteFault
{
    /// <summary>Why something could not be written, in few words: the system's, without its paths.</summary>
    public static string Reason(Exception cause) => cause switch
    {
        UnauthorizedAccessException => "permission denied",
        DirectoryNotFoundException or FileNotFoundException => "there is no such folder, and none can be made",
        null => throw new ArgumentNullException(nameof(cause)),
        _ => cause.Message.Split(" : ")[0] is var text && text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : cause.GetType().Name,
    };
}
