using System.IO.Hashing;
using System.Text;

namespace JustAlexNet.Inference;

/// <summary>Which pictures of a class go to validation.</summary>
internal static class ValidationPick
{
    /// <summary>
    /// The pictures of a class whose seeded keys are lowest. A key hashes the class and the picture's path, so neither the order of the
    /// file system nor other classes matter, and one picture more moves at most one other across.
    /// </summary>
    public static HashSet<string> Choose(ClassFolder pictures, long seed, double share)
    {
        var count = Size(pictures.Pictures.Count, share);
        return pictures.Pictures
            .OrderBy(path => new SampleRandom(seed, StreamPurpose.ValidationSplit, Hash(pictures.Name), Hash(path)).NextBits())
            .ThenBy(path => path, CodePointOrder.Instance)
            .Take(count).ToHashSet();
    }

    /// <summary>round(n x share), but at least one picture on each side where there are two or more.</summary>
    private static int Size(int pictures, double share) =>
        pictures < 2 ? 0 : Math.Clamp((int)Math.Round(pictures * share, MidpointRounding.AwayFromZero), 1, pictures - 1);

    private static long Hash(string text) => (long)(XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text)) >> 1);
}
