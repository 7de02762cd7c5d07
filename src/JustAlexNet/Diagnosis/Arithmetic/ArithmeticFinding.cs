using System.Globalization;
using JustAlexNet.Runtime;

namespace JustAlexNet.Diagnosis;

/// <summary>How far a part of a layer's work is from float64.</summary>
/// <param name="Layer">The first layer of this shape, by its name in the network, such as <c>layer4.0.downsample.0</c>.</param>
/// <param name="Shape">What it is, such as <c>convolution 1 x 1 stride 2, 256 x 14 x 14 to 512 x 7 x 7</c>.</param>
/// <param name="Precision">fp32 or bf16.</param>
/// <param name="BatchSize">Pictures at once.</param>
/// <param name="Part"><c>output</c>, <c>data gradient</c>, <c>weight gradient</c> or <c>bias gradient</c>.</param>
/// <param name="Channel">Where the largest difference is: a channel of the input for the data gradient, else of the output.</param>
/// <param name="Error">The largest difference as a share of the largest exact value. Not a number where a value is none.</param>
/// <param name="Limit">The largest error that rounding explains, see <see cref="ArithmeticCheck.LimitOf"/>.</param>
public sealed record ArithmeticFinding(string Layer, string Shape, string Precision, int BatchSize, string Part, int Channel, double Error, double Limit)
{
    /// <summary>Whether the error is within the limit.</summary>
    public bool IsRight => Error <= Limit;

    /// <summary>Such as <c>layer1.0.conv1 (convolution 3 x 3, 64 x 56 x 56 to 64 x 56 x 56), output in fp32 at batch 2: 2.1E-007 of the largest value in channel 3, limit 0.001</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Layer} ({Shape}), {Part} in {Precision} at batch {BatchSize}: {(double.IsFinite(Error) ? $"off by {Error:0.0e+0} of the largest value" : "no finite number")} in channel {Channel}, limit {Limit:0.0e+0}");

    internal double Share => IsRight ? Error / Limit : double.IsNaN(Error) ? double.PositiveInfinity : Error / Limit;
}

/// <summary>What a check of arithmetic found.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Findings">One a layer, precision, batch size and part, in the order in which they were computed.</param>
public sealed record ArithmeticReport(string Network, IReadOnlyList<ArithmeticFinding> Findings)
{
    /// <summary>The finding nearest to its limit, or farthest beyond it.</summary>
    public ArithmeticFinding Worst => Findings.MaxBy(finding => finding.Share)!;

    /// <summary>Whether every error is within its limit.</summary>
    public bool IsRight => Findings.All(finding => finding.IsRight);

    /// <summary>Names of the layers that are computed wrongly.</summary>
    public IReadOnlyList<string> WrongLayers => [.. Findings.Where(finding => !finding.IsRight).Select(finding => finding.Layer).Distinct()];

    /// <summary>What is wrong and what to do about it, two lines; null where all is right.</summary>
    public string? Fault => IsRight ? null : $"this machine computes {Network} wrongly: {Worst}{Others}\n{Advice}";

    private string Others => WrongLayers.Count switch { 1 => "", 2 => "; another layer too", var count => $"; {count - 1} other layers too" };

    private string Advice
    {
        get
        {
            var isa = Environment.GetEnvironmentVariable(ArithmeticMachine.OneDnnSwitch) is { Length: > 0 } set ? $"unset {ArithmeticMachine.OneDnnSwitch} (it is {set})"
                : ProcessorFeatures.Names.Contains("avx512f") ? $"set {ArithmeticMachine.OneDnnSwitch}=AVX2 in the environment: other kernels, slower; in bf16 much slower, so with `precision` fp32" : "use another machine, or another version of libtorch";
            var lower = Findings.Where(finding => !finding.IsRight).All(finding => finding.Precision != "fp32") && Findings.Any(finding => finding.Precision == "fp32");
            return $"{char.ToUpperInvariant(isa[0])}{isa[1..]}{(lower ? "; or compute in fp32, which is right here" : "")}. What doctor says belongs into a report of it.";
        }
    }
}
