using static TorchSharp.torch;

namespace JustAlexNet.Bench.Sides;

/// <summary>The batch that every side of a network comparison computes on: random pixels, equal seeds, labels 0 to 999.</summary>
internal static class FixedBatch
{
    public const int Classes = 1000;

    /// <summary>(N, S, S, 3), uint8: the memory order of a decoder.</summary>
    public static Tensor Pixels(int count, int side)
    {
        using var generator = new Generator(1);
        return randint(0, 256, [count, side, side, 3], dtype: ScalarType.Byte, generator: generator);
    }

    public static Tensor Labels(int count)
    {
        using var generator = new Generator(2);
        return randint(0, Classes, [count], dtype: ScalarType.Int64, generator: generator);
    }
}
