using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Bench.Sides;

/// <summary>The fixed control kernel and the ceiling: a square matrix product by libtorch, in floating-point operations.</summary>
internal sealed class GemmWork : Work
{
    private readonly Tensor left, right;
    private readonly double operations;

    public GemmWork(string dtype, int side)
    {
        TorchRuntime.Prepare();
        var type = dtype == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32;
        (left, right) = (ones([side, side], type), ones([side, side], type));
        operations = 2.0 * side * side * side;
        var versions = string.Join(", ", TorchRuntime.Versions().Select(v => $"{v.Key} {v.Value}"));
        About = $"{versions}, {TorchRuntime.Threads} threads, {dtype}";
    }

    public override string About { get; }

    public override double Round()
    {
        using var quiet = no_grad();
        using var result = left.matmul(right);
        return operations;
    }

    public override void Dispose()
    {
        left.Dispose();
        right.Dispose();
    }
}
