using System.Runtime.InteropServices;

namespace JustAlexNet.Runtime.Native;

/// <summary>What .NET does not do with files: a second name for one, and names that reach the disk.</summary>
internal static partial class FileSystem
{
    private const int ReadOnly = 0;

    /// <summary>Gives a file another name in the same file system: both are the same bytes.</summary>
    /// <param name="file">Is there; not a link by name, which would be what gets the other name.</param>
    /// <param name="name">Is not.</param>
    /// <returns>False where it cannot be had: there is another file system between, it has no such names (FAT, some network shares), or this is Windows.</returns>
    public static bool TryLink(string file, string name) => !OperatingSystem.IsWindows() && Link(file, name) == 0;

    /// <summary>Waits until the names in a folder are on the disk, so that a power cut does not take back a file's new name. Where a file system cannot (or on Windows), it does nothing.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = Open(folder, ReadOnly);
        if (handle < 0) return;
        _ = Flush(handle);
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string file, string name);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int handle);
}
