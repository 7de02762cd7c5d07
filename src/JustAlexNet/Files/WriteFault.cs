namespace JustAlexNet.Files;

/// <summary>Words for what went wrong with writing a file: why, and what to do about that very reason.</summary>
internal static class WriteFault
{
    // errno of Linux and of macOS, and Windows' errors.
    private const int NoSpace = 28, FileTooBig = 27, QuotaOfLinux = 122, QuotaOfMac = 69, DiskFull = unchecked((int)0x80070070), HandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Why something could not be written, in few words: the system's, without its paths.</summary>
    public static string Reason(Exception cause) => cause switch
    {
        UnauthorizedAccessException => "permission denied",
        DirectoryNotFoundException or FileNotFoundException => "there is no such folder, and none can be made",
        PathTooLongException => "the name is too long for this disk",
        null => throw new ArgumentNullException(nameof(cause)),
        _ => cause.Message.Split(" : ")[0] is var text && text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : cause.GetType().Name,
    };

    /// <summary>The same of one file, whose folder shows more.</summary>
    public static string Reason(Exception cause, string path) => cause switch
    {
        _ when Directory.Exists(path) => "it is a folder",
        _ when FileAbove(path) is { } file => $"{file} is a file, and no folder",
        DirectoryNotFoundException or FileNotFoundException when FolderOf(path) is { } folder => Directory.Exists(folder) ? $"no file can be made in {folder}" : "there is no such folder",
        _ => Reason(cause),
    };

    /// <summary>What to do about it: a sentence that names another place, and before it what would help here. Of a file, whose folder shows more.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <param name="path">The file that was to be written.</param>
    /// <param name="elsewhere">How another place is named, without a stop: <c>name another place</c>.</param>
    public static string Advice(Exception cause, string path, string elsewhere) => cause switch
    {
        UnauthorizedAccessException when Directory.Exists(path) => Sentence(elsewhere),
        DirectoryNotFoundException when FolderOf(path) is { } folder && !Directory.Exists(folder) => $"Make the folder, or {elsewhere}",
        _ => Advice(cause, elsewhere),
    };

    /// <summary>The same by the reason alone.</summary>
    public static string Advice(Exception cause, string elsewhere) => cause switch
    {
        _ when IsFull(cause) => $"Free some space, or {elsewhere}",
        UnauthorizedAccessException => $"Have the permission changed, or {elsewhere}",
        PathTooLongException => $"Choose a shorter name, or {elsewhere}",
        _ => Sentence(elsewhere),
    };

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    // Room is what is lacking: on the disk, of the user's share of it, or within the largest file.
    private static bool IsFull(Exception cause) => cause is IOException && cause.HResult is NoSpace or FileTooBig or QuotaOfLinux or QuotaOfMac or DiskFull or HandleDiskFull;

    // Where a folder should be.
    private static string? FileAbove(string path)
    {
        for (var above = FolderOf(path); above is not null; above = Path.GetDirectoryName(above))
            if (File.Exists(above)) return above;
        return null;
    }

    private static string? FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path));
}
