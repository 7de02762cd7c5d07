using System.Text;
using System.Text.Json;
using JustAlexNet.Models;
using JustAlexNet.TestSupport;
using static TorchSharp.torch;

namespace JustAlexNet.Tests.Support;

/// <summary>Weights and inputs by the formula of <c>golden/make_golden.py</c>, so that a port rebuilds them from names and shapes bit for bit.</summary>
internal static class Reference
{
    /// <summary>A parsed file of <c>tests/golden</c>.</summary>
    public static JsonElement Json(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden(file)));
        return document.RootElement.Clone();
    }

    /// <summary>Numbers of a JSON array.</summary>
    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    /// <summary>splitmix64(crc32(name) &lt;&lt; 32 | i), top 24 bits, / 2^23 - 1: float32 in [-1, 1).</summary>
    public static float[] Uniform(string name, long count)
    {
        var start = (ulong)System.IO.Hashing.Crc32.HashToUInt32(Encoding.UTF8.GetBytes(name)) << 32;
        var values = new float[count];
        for (var i = 0L; i < count; i++)
        {
            var z = start + (ulong)i + 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            values[i] = (float)((z >> 40) / 8388608.0 - 1.0);
        }
        return values;
    }

    /// <summary>The picture batch of the reference: (count, 3, side, side).</summary>
    public static Tensor Pictures(int count, int side, ScalarType type)
    {
        using var plain = tensor(Uniform("input", (long)count * 3 * side * side));
        using var shaped = plain.reshape(count, 3, side, side);
        return shaped.to(type, copy: true);
    }

    /// <summary>Fills a network's weights by the formula; counters of batches become 0.</summary>
    public static void Fill(Network network)
    {
        using var quiet = no_grad();
        foreach (var (name, value) in network.State)
        {
            if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            {
                _ = value.fill_(0);
                continue;
            }
            using var wanted = tensor(Values(name, value.shape));
            using var shaped = wanted.reshape(value.shape);
            _ = value.copy_(shaped);
        }
    }

    private static float[] Values(string name, long[] shape)
    {
        var count = shape.Aggregate(1L, (a, b) => a * b);
        var (scale, shift) = (1f, 0f);
        if (name.EndsWith("running_mean", StringComparison.Ordinal)) scale = 0.1f;
        else if (name.EndsWith("running_var", StringComparison.Ordinal)) (scale, shift) = (0.5f, 1f);
        else if (shape.Length == 1 && name.EndsWith("weight", StringComparison.Ordinal)) (scale, shift) = (0.25f, 1f);
        else if (name.EndsWith("bias", StringComparison.Ordinal)) scale = 0.05f;
        else scale = (float)Math.Sqrt(6.0 / (count / (double)shape[0]));
        var values = Uniform(name, count);
        for (var i = 0; i < values.Length; i++) values[i] = shift == 0 ? values[i] * scale : shift + values[i] * scale;
        return values;
    }
}
