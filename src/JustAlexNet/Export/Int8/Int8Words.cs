using System.Globalization;
using System.Text.Json;
using JustAlexNet.Imaging;

namespace JustAlexNet.Export;

/// <summary>What is said about an int8 file.</summary>
internal static class Int8Words
{
    /// <summary>Share of right answers that may be lost without a word.</summary>
    private const double LossToMention = 0.005;

    /// <summary>The metadata of a file.</summary>
    public static string Metadata(Int8Plan plan) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["method"] = NameOf(plan.Method), ["pictures"] = plan.Data.Calibrating.Count, ["values"] = "uint8", ["weights"] = "int8, one scale an output", ["last_layer"] = "float32", ["weight_bits"] = plan.Bits, ["float_layers"] = plan.Form.FloatLayers,
    });

    /// <summary>The method in one word.</summary>
    public static string NameOf(CalibrationMethod method) => method switch { CalibrationMethod.MinMax => "min-max", CalibrationMethod.Percentile => "percentile", _ => "entropy" };

    /// <summary>What a person should know.</summary>
    public static IEnumerable<string> Notes(Int8Report report, string target)
    {
        if (report.WeightBits == 7)
            yield return "this processor has no VNNI: weights were rounded to 7 bits, for it would cut sums of 8-bit ones; int8 is hardly faster than fp32 here, and a file made on a processor with VNNI is more exact there";
        if (report.FloatLayers.Count > 0)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{report.FloatLayers.Count} of {report.Layers} layers stay in float32 besides the last ({(report.FloatLayers.Count == 1 ? "number" : "numbers")} {string.Join(", ", report.FloatLayers)} in the order of computation): int8 in all of them costs {100 * (report.ExactTop1 - report.Chosen.Top1):0.00} points of top-1 on these pictures, so {100 * report.Loss:0.00}");
        if (report.FloatConvolutions > 0 && report.FloatLayers.Count == 0)
            yield return $"ONNX Runtime computes {Counted.Of(report.FloatConvolutions, "convolution")} of {target} in float32 here: it is slower than it could be. Please report it with what doctor says";
        if (report.Loss is > LossToMention)
            yield return string.Create(CultureInfo.InvariantCulture, $"int8 costs {100 * report.Loss.Value:0.0} points of top-1 on these pictures: calibrate with more pictures such as the network was trained on, or export it in fp32");
    }
}
