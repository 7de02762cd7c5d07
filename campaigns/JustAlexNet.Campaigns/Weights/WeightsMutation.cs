using System.Buffers.Binary;
using System.IO.Compression;
using JustAlexNet.Campaigns.Texts;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Campaigns.Weights;

/// <summary>Makes files of weights that nobody should open: by blind changes of the container, and by changes behind its checksums.</summary>
internal static class WeightsMutation
{
    private const int Head = 300;

    /// <summary>Draws a file.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="folder">Where a program that is run would leave <see cref="Pickles.Canary"/>.</param>
    /// <returns>Its bytes, and what it is said to be.</returns>
    public static (byte[] Bytes, string Container) Draw(Random random, string folder)
    {
        var (name, original) = WeightsSamples.All[random.Next(WeightsSamples.All.Count)];
        var container = name.EndsWith(".safetensors", StringComparison.Ordinal) ? "safetensors" : original.AsSpan().StartsWith("PK"u8) ? "zip" : "legacy";
        return (container switch
        {
            "safetensors" => OfSafetensors(original, random),
            "zip" => OfZip(original, random, folder),
            _ => OfLegacy(original, random, folder),
        }, container);
    }

    private static byte[] Other(Random random) => WeightsSamples.All[random.Next(WeightsSamples.All.Count)].Bytes;

    private static byte[] OfSafetensors(byte[] original, Random random)
    {
        switch (random.Next(6))
        {
            case 0: return Mutation.Of(original, random, Head);
            case 1: return Mutation.Spliced(original, Other(random), random);
            case 2:
                var claimed = original.ToArray();
                BinaryPrimitives.WriteInt64LittleEndian(claimed, random.NextInt64(-2, 200_000_000));
                return claimed;
        }
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(original);
        var header = TextMutation.Of(original[8..(8 + length)], random);
        var size = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, header.Length);
        return [.. size, .. header, .. original.AsSpan(8 + length)];
    }

    // Its pickles have no checksum: any change arrives.
    private static byte[] OfLegacy(byte[] original, Random random, string folder)
    {
        const int Beginning = 100;      // magic number, protocol, system
        switch (random.Next(5))
        {
            case 0 or 1: return Mutation.Of(original, random);
            case 2: return Mutation.Spliced(original, Other(random), random);
            case 3:
                var at = random.Next(2) == 0 ? random.Next(original.Length) : Math.Min(Beginning, original.Length);
                return [.. original.AsSpan(0, at), .. Pickles.Program(random, folder), .. original.AsSpan(at)];
            default: return Pickles.With(original, random);
        }
    }

    private static byte[] OfZip(byte[] original, Random random, string folder) => random.Next(8) switch
    {
        0 or 1 => Mutation.Of(original, random),
        2 => Mutation.Of(original, random, head: 60),
        3 => Mutation.Spliced(original, Other(random), random),
        4 => Repacked(original, random, pickle => Pickles.With(pickle, random)),
        5 => Repacked(original, random, _ => Pickles.Program(random, folder)),
        _ => Repacked(original, random, pickle => Mutation.Of(pickle, random)),
    };

    /// <summary>The archive with another pickle and right checksums: sometimes packed, sometimes with entries twice, bombs, or names that lead elsewhere.</summary>
    private static byte[] Repacked(byte[] original, Random random, Func<byte[], byte[]> change)
    {
        using var target = new MemoryStream();
        using (var written = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        using (var read = new ZipArchive(new MemoryStream(original)))
        {
            foreach (var entry in read.Entries)
            {
                var bytes = new byte[entry.Length];
                using (var content = entry.Open()) content.ReadExactly(bytes);
                var isPickle = entry.Name == "data.pkl";
                Add(written, random.Next(200) == 0 ? "../../" + entry.FullName : entry.FullName, isPickle ? change(bytes) : bytes, random.Next(20) == 0);
                if (random.Next(200) == 0) Add(written, entry.FullName, bytes, packed: false);
            }
            if (random.Next(500) == 0) Add(written, "archive/data/bomb", new byte[20_000_000], packed: true);
            if (random.Next(100) == 0) Add(written, "archive/code/__torch__.py", "import os"u8.ToArray(), packed: false);
        }
        return target.ToArray();
    }

    private static void Add(ZipArchive archive, string name, byte[] bytes, bool packed)
    {
        using var entry = archive.CreateEntry(name, packed ? CompressionLevel.Fastest : CompressionLevel.NoCompression).Open();
        entry.Write(bytes);
    }
}
