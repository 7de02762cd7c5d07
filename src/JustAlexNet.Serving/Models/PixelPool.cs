using System.Collections.Concurrent;

namespace JustAlexNet.Serving;

/// <summary>Memory for prepared pictures, of exactly their length: a shared pool rounds 224 x 224 x 3 bytes up to 256 KiB, three quarters more, for every picture that waits. Keeps as many as ever waited at a time. Thread-safe.</summary>
internal sealed class PixelPool
{
    private readonly ConcurrentDictionary<int, ConcurrentStack<byte[]>> kept = [];

    /// <summary>So many bytes of any content.</summary>
    public byte[] Rent(int length) => kept.TryGetValue(length, out var same) && same.TryPop(out var memory) ? memory : GC.AllocateUninitializedArray<byte>(length);

    /// <summary>Takes it back; nobody else uses it any more.</summary>
    public void Return(byte[] memory) => kept.GetOrAdd(memory.Length, _ => []).Push(memory);
}
