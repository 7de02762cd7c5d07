using System.Runtime.InteropServices;

namespace JustAlexNet.Runtime.Native;

/// <summary>Who serves <c>malloc</c> and <c>free</c> in this process (Linux).</summary>
/// <remarks>
/// A library named in LD_PRELOAD, or linked into the program, takes the place of glibc's functions for everything that is loaded, libtorch too. Our own calls are looked up in
/// glibc itself: a block from there that libtorch hands to the other one's <c>free</c> ends the process. So where they differ, nothing of ours may touch the heap.
/// </remarks>
internal static unsafe partial class SystemAllocator
{
    private static readonly string[] Functions = ["malloc", "calloc", "realloc", "free", "posix_memalign", "aligned_alloc", "memalign"];

    /// <summary>Whether every function of the heap is glibc's.</summary>
    /// <param name="foreign">The library whose function is used instead; null where it is glibc's, or where the system has no glibc.</param>
    public static bool IsGlibc(out string? foreign)
    {
        foreign = null;
        if (!NativeLibrary.TryLoad("libc.so.6", out var glibc) || !NativeLibrary.TryGetExport(glibc, "gnu_get_libc_version", out _)) return false;
        var program = NativeLibrary.GetMainProgramHandle();        // searches as the loader does: the program, what is preloaded, its libraries
        foreach (var name in Functions)
            if (NativeLibrary.TryGetExport(program, name, out var used) && NativeLibrary.TryGetExport(glibc, name, out var own) && used != own)
            {
                foreign = Owner(used);
                return false;
            }
        return true;
    }

    private static string Owner(nint function)
    {
        Place place;
        var file = Find(function, &place) != 0 ? Marshal.PtrToStringUTF8(place.File) : null;
        return string.IsNullOrEmpty(file) ? "another library" : Path.GetFileName(file);
    }

    private readonly record struct Place(nint File, nint Base, nint Name, nint Address);        // Dl_info

    [LibraryImport("libc", EntryPoint = "dladdr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Find(nint address, Place* place);
}
