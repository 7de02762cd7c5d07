using System.IO.Hashing;
using System.Text;

namespace JustAlexNet.Inference;

/// <summary>Orders the pictures of a class at random by what they are called: neither the order of the file system nor other classes matter, and one picture more moves no other past a third.</summary>
internal static class SeededKey
{
    /// <summary>A picture's place in the order: a pure function of the arguments, uniform over all 64 bits.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="purpose">What the order is for.</param>
    /// <param name="name">The class.</param>
    /// <param name="picture">Its path below the class folder, with <c>/</c>.</param>
    public static ulong Of(long seed, StreamPurpose purpose, string name, string picture) => new SampleRandom(seed, purpose, Hash(name), Hash(picture)).NextBits();

    private static long Hash(string text) => (long)(XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text)) >> 1);
}
