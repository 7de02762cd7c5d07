using System.Buffers.Binary;
using JustAlexNet.Bench;

namespace JustAlexNet.Campaigns.Pictures;

/// <summary>Whole pictures of every kind to begin with: those of <c>tests/golden/decode</c>, some real photos, and kinds that nobody there has (animated WebP and PNG, 16-bit colour).</summary>
internal static class PictureSamples
{
    private const int Photos = 6;
    private static readonly Lazy<IReadOnlyList<(string Name, byte[] Bytes)>> Read = new(Find);

    /// <summary>All, in an order that does not depend on the machine.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> All => Read.Value;

    private static List<(string, byte[])> Find()
    {
        var golden = Directory.GetFiles(Path.Combine(Checkout.Root, "tests", "golden", "decode")).Where(path => !path.EndsWith(".json", StringComparison.Ordinal));
        var photos = Directory.GetFiles(Checkout.Sample, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, i) => i % 7 == 0).Take(Photos);
        List<(string, byte[])> all = [.. golden.Order(StringComparer.Ordinal).Concat(photos).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))];
        all.Add(("animated.webp", Animated(Golden("lossy.webp"))));
        all.Add(("animated.png", Png.Inserted(Golden("rgb.png"), "acTL"u8, [0, 0, 0, 2, 0, 0, 0, 0])));
        all.Add(("rgb-16bit.png", Png.Uniform(60, 44, depth: 16, colour: 2)));
        return all;

        byte[] Golden(string name) => all.Find(one => one.Item1 == name).Item2;
    }

    /// <summary>Two frames of one picture (RFC 9649: VP8X with the flag of animation, ANIM, ANMF).</summary>
    private static byte[] Animated(byte[] still)
    {
        var picture = still[12..];      // its chunk
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(still.AsSpan(26)) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(still.AsSpan(28)) & 0x3FFF);
        byte[] size = [(byte)(width - 1), (byte)((width - 1) >> 8), 0, (byte)(height - 1), (byte)((height - 1) >> 8), 0];
        byte[] frame = [.. Chunk("ANMF"u8, [0, 0, 0, 0, 0, 0, .. size, 100, 0, 0, 0, .. picture])];
        byte[] body = [.. "WEBP"u8, .. Chunk("VP8X"u8, [2, 0, 0, 0, .. size]), .. Chunk("ANIM"u8, [0, 0, 0, 0, 0, 0]), .. frame, .. frame];
        return Chunk("RIFF"u8, body);
    }

    /// <summary>A RIFF chunk.</summary>
    internal static byte[] Chunk(ReadOnlySpan<byte> name, byte[] data)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        return [.. name, .. length, .. data, .. data.Length % 2 == 1 ? new byte[1] : []];
    }
}
