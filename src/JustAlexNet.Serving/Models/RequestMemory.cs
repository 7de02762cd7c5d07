namespace JustAlexNet.Serving;

/// <summary>What a request takes for its pictures and tensors; Dispose frees all of it, when nothing uses it any more. Not thread-safe.</summary>
internal sealed class RequestMemory : IDisposable
{
    private readonly List<IDisposable> blocks = [];

    /// <summary>So many elements of any content, to be resized while nothing uses them.</summary>
    public NativeBlock<T> Take<T>(int length) where T : unmanaged
    {
        var block = new NativeBlock<T>(length);
        blocks.Add(block);
        return block;
    }

    public void Dispose()
    {
        foreach (var block in blocks) block.Dispose();
        blocks.Clear();
    }
}
