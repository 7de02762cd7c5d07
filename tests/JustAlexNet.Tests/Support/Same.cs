using static TorchSharp.torch;

namespace JustAlexNet.Tests.Support;

/// <summary>Comparisons that say where and by how much two results differ.</summary>
internal static class Same
{
    /// <summary>Every value within <paramref name="tolerance"/> times the largest expected magnitude.</summary>
    public static void Within(double tolerance, IReadOnlyList<double> expected, IReadOnlyList<double> actual, string what)
    {
        Assert.Equal(expected.Count, actual.Count);
        var largest = expected.Max(Math.Abs);
        var wrong = Enumerable.Range(0, expected.Count).Where(i => !(Math.Abs(expected[i] - actual[i]) <= tolerance * largest)).ToList();
        if (wrong.Count == 0) return;
        var worst = wrong.MaxBy(i => Math.Abs(expected[i] - actual[i]));
        var first = string.Join("; ", wrong.Take(3).Select(i => $"[{i}] expected {expected[i]:R}, received {actual[i]:R}"));
        Assert.Fail($"{what}: {wrong.Count} of {expected.Count} differ by more than {tolerance:R} of {largest:R}; largest difference {Math.Abs(expected[worst] - actual[worst]):R} at [{worst}]; {first}");
    }

    /// <summary>Equal names, shapes and bits, entry by entry.</summary>
    public static void Bits(IReadOnlyList<KeyValuePair<string, Tensor>> expected, IReadOnlyList<KeyValuePair<string, Tensor>> actual)
    {
        Assert.Equal(expected.Select(e => e.Key), actual.Select(a => a.Key));
        foreach (var ((name, left), (_, right)) in expected.Zip(actual))
        {
            Assert.Equal(left.shape, right.shape);
            using var l = Plain(left);
            using var r = Plain(right);
            if (!l.bytes.SequenceEqual(r.bytes)) Assert.Fail($"{name} differs: expected first values {string.Join(", ", Doubles(left).Take(4))}, received {string.Join(", ", Doubles(right).Take(4))}");
        }
    }

    private static Tensor Plain(Tensor tensor)
    {
        using var detached = tensor.detach();
        return detached.contiguous();
    }

    /// <summary>All values of a tensor as doubles, in C order.</summary>
    public static double[] Doubles(Tensor tensor)
    {
        using var plain = tensor.detach();
        using var wide = plain.to(ScalarType.Float64);
        using var dense = wide.contiguous();
        return dense.data<double>().ToArray();
    }
}
