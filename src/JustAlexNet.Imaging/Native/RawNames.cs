using System.Runtime.InteropServices;

namespace JustAlexNet.Imaging.Native;

/// <summary>The names in a folder as the file system keeps them: bytes. .NET shows them as UTF-8 and puts U+FFFD where they are not.</summary>
internal static unsafe partial class RawNames
{
    private const int NameAt = 19;      // in struct dirent on 64-bit Linux, with glibc and musl: inode 8, offset 8, length 2, type 1

    /// <summary>Every name but <c>.</c> and <c>..</c>, in no order; nothing on other systems, whose names are always text, and where the folder cannot be read.</summary>
    public static List<byte[]> In(string folder)
    {
        var names = new List<byte[]>();
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess) return names;
        var opened = OpenFolder(folder);
        if (opened == 0) return names;
        while (ReadEntry(opened) is var entry && entry != null)
        {
            var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameAt);
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8)) names.Add(name.ToArray());
        }
        _ = CloseFolder(opened);
        return names;
    }

    [LibraryImport("libc", EntryPoint = "opendir", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint OpenFolder(string path);

    [LibraryImport("libc", EntryPoint = "readdir")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial byte* ReadEntry(nint folder);

    [LibraryImport("libc", EntryPoint = "closedir")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseFolder(nint folder);
}
