using System.IO.Hashing;
using JustAlexNet.Inference;

namespace JustAlexNet.Transfer;

/// <summary>What a picture file holds, in 128 bits: the same whatever it is called and wherever it lies.</summary>
internal static class ContentHash
{
    /// <summary>The hashes of files, read by several threads; null for one that cannot be read, which is left to whoever decodes it.</summary>
    public static UInt128?[] Of(IReadOnlyList<Sample> samples, CancellationToken stop)
    {
        var hashes = new UInt128?[samples.Count];
        Parallel.For(0, samples.Count, new ParallelOptions { CancellationToken = stop }, i => hashes[i] = Of(samples[i].Path));
        return hashes;
    }

    private static UInt128? Of(string path)
    {
        try
        {
            return XxHash128.HashToUInt128(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
