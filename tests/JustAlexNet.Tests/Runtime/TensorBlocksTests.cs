using System.Runtime.InteropServices;
using JustAlexNet.Runtime.Native;
using JustAlexNet.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace JustAlexNet.Runtime.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed unsafe class TensorBlocksTests
{
    private const int NoMemory = 12;
    private static readonly delegate* unmanaged[Cdecl]<void**, nuint, nuint, int> Allocate = &TensorBlocks.Allocate;

    public TensorBlocksTests()
    {
        if (!TorchRuntime.Prepare().Tuned) Assert.Skip("The allocator is the system's own here.");
    }

    [Fact]
    public void The_pinned_libtorch_takes_its_memory_here()
    {
        Assert.Null(TensorBlocks.Missing);
        foreach (var library in new[] { "c10", "torch_cpu" })
            Assert.Equal((nint)Allocate, *ImportTable.Find(NativeLibrary.Load(library, typeof(torch).Assembly, null), "posix_memalign"u8));
    }

    [Fact]
    public void A_function_that_a_library_does_not_import_is_not_found() =>
        Assert.True(ImportTable.Find(NativeLibrary.Load("c10", typeof(torch).Assembly, null), "posix_mema"u8) == null);

    [Theory]
    [InlineData(1, 64)]
    [InlineData((1 << 16) - 1, 64)]
    [InlineData(1 << 16, 64)]
    [InlineData((1 << 20) + 17, 64)]
    [InlineData(1 << 20, 4096)]
    public void Blocks_are_aligned_and_whole(int bytes, int alignment)
    {
        var blocks = Enumerable.Range(0, 20).Select(_ => New(bytes, alignment)).ToList();
        for (var i = 0; i < blocks.Count; i++)
        {
            Assert.Equal(0, blocks[i] % alignment);
            new Span<byte>((void*)blocks[i], bytes).Fill((byte)i);
        }
        for (var i = 0; i < blocks.Count; i++) Assert.Equal(-1, new ReadOnlySpan<byte>((void*)blocks[i], bytes).IndexOfAnyExcept((byte)i));
        blocks.ForEach(Free);
    }

    [Fact]
    public void A_freed_block_serves_the_next_tensor_of_its_size_although_small_ones_lie_between()
    {
        var (seen, small) = (new HashSet<nint>(), new List<nint>());
        for (var round = 0; round < 6; round++)
        {
            var blocks = new List<nint>();
            for (var i = 0; i < 30; i++)
            {
                blocks.Add(New((1 << 20) + 4, 64));
                foreach (var size in new nuint[] { 24, 56, 80, 5000 }) small.Add((nint)NativeMemory.Alloc(size));        // into what is cut off a block; between it and the next
            }
            seen.UnionWith(blocks);
            blocks.ForEach(Free);
        }
        small.ForEach(block => NativeMemory.Free((void*)block));
        Assert.InRange(seen.Count, 30, 90);        // seen: 47; with glibc's posix_memalign 179 of the 180 that were asked for
    }

    [Fact]
    public void What_the_machine_does_not_have_is_an_error_of_libtorch()
    {
        void* block;
        Assert.Equal(NoMemory, Allocate(&block, 64, (nuint)1 << 60));
        Assert.Equal(NoMemory, Allocate(&block, 64, nuint.MaxValue - 100));
        var error = Assert.Throws<ExternalException>(() => empty(1L << 50, dtype: ScalarType.Byte));
        Assert.Contains("can't allocate memory", error.Message);
    }

    private static nint New(int bytes, int alignment)
    {
        void* block;
        Assert.Equal(0, Allocate(&block, (nuint)alignment, (nuint)bytes));
        return (nint)block;
    }

    private static void Free(nint block) => NativeMemory.Free((void*)block);
}
