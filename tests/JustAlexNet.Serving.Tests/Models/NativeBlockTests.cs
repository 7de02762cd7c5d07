namespace JustAlexNet.Serving.Tests;

public sealed class NativeBlockTests
{
    [Fact]
    public void What_is_in_both_stays_when_a_block_is_resized()
    {
        using var memory = new RequestMemory();
        var block = memory.Take<int>(3);
        ((ReadOnlySpan<int>)[1, 2, 3]).CopyTo(block.GetSpan());
        block.Resize(100_000);
        Assert.Equal((ReadOnlySpan<int>)[1, 2, 3], block.GetSpan()[..3]);
        block.GetSpan()[99_999] = 4;
        block.Resize(2);
        Assert.Equal((ReadOnlySpan<int>)[1, 2], block.Memory.Span);
    }

    [Fact]
    public void Memory_of_a_request_that_is_over_cannot_be_seen()
    {
        var memory = new RequestMemory();
        var (block, empty) = (memory.Take<float>(1), memory.Take<byte>(0));
        var before = block.Memory;
        Assert.Equal(0, empty.Memory.Length);
        memory.Dispose();
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => before.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => block.Pin());
    }
}
