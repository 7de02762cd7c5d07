using System.Buffers.Binary;

namespace JustAlexNet.Inference.Tests;

/// <summary>Writes small pictures: 24-bit BMP files whose content a seed decides.</summary>
internal static class TestPictures
{
    public static string Write(string path, int width = 40, int height = 30, int seed = 0)
    {
        var stride = (width * 3 + 3) / 4 * 4;
        var file = new byte[54 + stride * height];
        file[0] = (byte)'B';
        file[1] = (byte)'M';
        void Put(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        Put(2, file.Length);
        Put(10, 54);
        Put(14, 40);
        Put(18, width);
        Put(22, height);
        Put(26, 1 | 24 << 16);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width * 3; x++) file[54 + y * stride + x] = (byte)((x * 5 + y * 3 + seed * 37) * (seed + 1) >> 1);
        File.WriteAllBytes(path, file);
        return path;
    }

    /// <summary>As many samples as asked for, each a picture of its own size and content, of three classes in turn.</summary>
    public static Sample[] Samples(TestSupport.Scratch scratch, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Sample(Write(scratch.At($"{i:00}.bmp"), 30 + i % 7, 25 + i % 5, i), i % 3))];
}
