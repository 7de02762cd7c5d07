using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace JustAlexNet.Runtime.Native;

/// <summary>Where libtorch gets the memory of its tensors: from glibc, in blocks that can be used again.</summary>
/// <remarks>
/// libtorch asks for 64-byte alignment by <c>posix_memalign</c>, for which glibc (at least to 2.36) takes the size and a hundred bytes more, then cuts off what is too much:
/// the block of a freed tensor is too small for the next tensor of the same size, so that the heap grows to twice what is in use (glibc bug 14581; here: ResNet18,
/// batch 32, 2.0 GiB instead of 1.0). A plain <c>malloc</c> finds the freed block. It gives an aligned one where its neighbours are multiples of 64 bytes, which
/// <see cref="Allocate"/> sees to, and asks again where not. Everything is freed by <c>free</c>, as before.
/// </remarks>
internal static unsafe partial class TensorBlocks
{
    private const nuint Alignment = 64, Header = 16;        // c10's; glibc's between two blocks
    private const nuint Large = 1 << 16;                    // smaller blocks fragment nothing

    /// <summary>What is wrong and what it costs; null where the memory comes from here.</summary>
    public static string? Missing { get; private set; }

    /// <summary>Makes the loaded libtorch take its memory here. Called once, before the first tensor, where glibc serves the memory of the process.</summary>
    public static void Install()
    {
        foreach (var library in new[] { "c10", "torch_cpu" })       // tensors; oneDNN's working memory
        {
            var place = RuntimeInformation.ProcessArchitecture == Architecture.X64 && NativeLibrary.TryLoad(library, typeof(torch).Assembly, null, out var loaded)
                ? ImportTable.Find(loaded, "posix_memalign"u8) : null;
            if (place is not null) Volatile.Write(ref *place, (nint)(delegate* unmanaged[Cdecl]<void**, nuint, nuint, int>)&Allocate);
            else Missing ??= $"this libtorch's lib{library} does not call posix_memalign as expected: training takes up to twice the memory";
        }
    }

    /// <summary><c>posix_memalign</c>(3): 0 and the block, or the number of the error.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Allocate(void** block, nuint alignment, nuint bytes)
    {
        if (alignment != Alignment || bytes < Large || bytes > (nuint)nint.MaxValue) return AlignedAllocate(block, alignment, bytes);
        var whole = (bytes + Header + Alignment - 1) / Alignment * Alignment - Header;
        var found = PlainAllocate(whole);
        if ((nuint)found % Alignment != 0)
        {
            Free(found);
            return AlignedAllocate(block, alignment, whole);
        }
        if (found == null) return AlignedAllocate(block, alignment, bytes);
        *block = found;
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "malloc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void* PlainAllocate(nuint bytes);

    [LibraryImport("libc", EntryPoint = "posix_memalign")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AlignedAllocate(void** block, nuint alignment, nuint bytes);

    [LibraryImport("libc", EntryPoint = "free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Free(void* block);
}
