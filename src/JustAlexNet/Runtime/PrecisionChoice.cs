using System.Globalization;
using JustAlexNet.Runtime.Native;

namespace JustAlexNet.Runtime;

/// <summary>The precision in force, and why.</summary>
/// <param name="Precision">What convolutions and linear layers compute in.</param>
/// <param name="Reason">Why, in a few words for people.</param>
public sealed record PrecisionChoice(Precision Precision, string Reason)
{
    /// <summary>The names that <see cref="Select(string, ComputeDevice)"/> takes: <c>auto</c>, <c>fp32</c>, <c>bf16</c>, <c>fp16</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["auto", "fp32", "bf16", "fp16"];

    /// <summary>float32 without a wish for anything else.</summary>
    public static PrecisionChoice Full { get; } = new(Precision.Fp32, "asked for");

    /// <summary>That of a network in an .onnx file.</summary>
    internal static PrecisionChoice OfOnnxRuntime { get; } = new(Precision.Fp32, "ONNX Runtime computes .onnx files in it");

    /// <summary>The name on the command line: <c>fp32</c>, <c>bf16</c> or <c>fp16</c>.</summary>
    public string Name => NameOf(Precision);

    /// <summary>What a person should know about it, a sentence: that it is slow here; else nothing.</summary>
    internal IReadOnlyList<string> Notes => Reason.StartsWith(Slow, StringComparison.Ordinal) ? [$"`precision` {Name} is {Reason["asked for; ".Length..]}"] : [];

    /// <summary>The same, where nobody asked for it now: it is that of the run that goes on.</summary>
    internal PrecisionChoice OfTheRun() => this with { Reason = Reason.Replace("asked for", "as the run began", StringComparison.Ordinal) };

    /// <summary>Whether a device of this kind computes in a precision at all.</summary>
    internal static bool Suits(Precision precision, ComputeDevice device) => precision switch
    {
        Precision.Fp16 => device.IsCuda,
        Precision.Bf16 => device.Type != TorchSharp.DeviceType.MPS,
        _ => true,
    };

    /// <summary>The name of a precision, as <see cref="Select(string, ComputeDevice)"/> takes it; that of null is <c>auto</c>.</summary>
    public static string NameOf(Precision? precision) => precision switch { null => "auto", Precision.Bf16 => "bf16", Precision.Fp16 => "fp16", _ => "fp32" };

    /// <summary>Chooses a precision, for null the best there is.</summary>
    /// <exception cref="RuntimeException">The device, or the loaded libtorch, cannot do what was asked for.</exception>
    public static PrecisionChoice Select(Precision? request, ComputeDevice device) => Select(NameOf(request), device);

    /// <summary>Chooses a precision.</summary>
    /// <param name="request">
    /// <c>auto</c>: bf16 where the processor multiplies it (AVX512_BF16, AMX) and on CUDA from compute capability 8.0, fp16 where every visible GPU has 7.0 or more, else fp32.
    /// Or <c>fp32</c>, <c>bf16</c>, <c>fp16</c>.
    /// </param>
    /// <param name="device">Where the network is.</param>
    /// <exception cref="FormatException">The request is none of the names.</exception>
    /// <exception cref="RuntimeException">The device, or the loaded libtorch, cannot do what was asked for.</exception>
    public static PrecisionChoice Select(string request, ComputeDevice device)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(device);
        return Decide(request, device, LibTorch.Loaded, ProcessorFeatures.HasBfloat16, device.IsCuda ? GpuFeatures.Capabilities() : [], ProcessorFeatures.Bfloat16Limit);
    }

    /// <summary>Chooses a precision for features that are computed once, for null bf16 where the hardware has it: there it costs a head no accuracy (docs/transfer.md); nobody measured fp16.</summary>
    /// <exception cref="RuntimeException">The device, or the loaded libtorch, cannot do what was asked for.</exception>
    internal static PrecisionChoice SelectForFeatures(Precision? request, ComputeDevice device) => OfFeatures(request, Select(request, device));

    internal static PrecisionChoice OfFeatures(Precision? request, PrecisionChoice selected) =>
        request is null && selected.Precision == Precision.Fp16 ? new(Precision.Fp32, "what fp16 costs features is not measured") : selected;

    internal static PrecisionChoice Decide(string request, ComputeDevice device, LibTorch library, bool hasBfloat16, IReadOnlyList<(int Major, int Minor)> gpus, string? limit = null)
    {
        if (!Names.Contains(request)) throw new FormatException($"'{request}' is no precision, expected {string.Join(", ", Names)}.");
        if (request == "fp32") return Full;
        if (!library.HasAutocast)
            return request == "auto" ? new(Precision.Fp32, "this libtorch offers no mixed precision")
                : throw new RuntimeException($"`precision` {request}: {library.Missing[0]}.\nLeave `precision` out, or use the libtorch that the project pins.");
        if (device.Type == TorchSharp.DeviceType.MPS)
            return request == "auto" ? new(Precision.Fp32, "Apple's GPU")
                : throw new RuntimeException($"`precision` {request} is for cpu and cuda; on mps leave `precision` out (fp32).");
        var without = limit is null ? "the processor has neither AVX512_BF16 nor AMX" : $"{limit} keeps the processor's from being used";
        if (request != "auto") return Asked(request, device, hasBfloat16 ? null : without);
        if (device.IsCuda)
        {
            var lowest = gpus.Count == 0 ? (Major: 0, Minor: 0) : gpus.Min();
            var named = string.Create(CultureInfo.InvariantCulture, $"GPU of compute capability {lowest.Major}.{lowest.Minor}");
            return lowest.Major >= 8 ? new(Precision.Bf16, named) : lowest.Major == 7 ? new(Precision.Fp16, named) : new(Precision.Fp32, named);
        }
        return hasBfloat16 ? new(Precision.Bf16, $"the processor multiplies it ({ProcessorFeatures.Summary})")
            : new(Precision.Fp32, without);
    }

    private const string Slow = "asked for; slow here";

    private static PrecisionChoice Asked(string request, ComputeDevice device, string? without) => (request, device.IsCuda) switch
    {
        ("bf16", false) => new(Precision.Bf16, without is null ? "asked for" : $"{Slow}: {without}"),
        ("fp16", false) => throw new RuntimeException("`precision` fp16 is for CUDA GPUs; on a processor choose bf16 or fp32, or leave `precision` out."),
        ("bf16", _) => new(Precision.Bf16, "asked for"),
        _ => new(Precision.Fp16, "asked for"),
    };
}

/// <summary>The number format in which convolutions and linear layers compute. Sums, losses, weights and the optimiser's state are float32 in every case.</summary>
public enum Precision
{
    /// <summary>float32: 24 significant bits.</summary>
    Fp32,

    /// <summary>bfloat16: float32's range with 8 significant bits.</summary>
    Bf16,

    /// <summary>float16: 11 significant bits and a range of 6e-8 to 65504, so that gradients need scaling.</summary>
    Fp16,
}
