using JustAlexNet.Runtime;

namespace JustAlexNet.Diagnosis;

/// <summary>What decides which kernels compute, beside the network: a result of a check holds for an equal machine only.</summary>
/// <param name="Processor">See <see cref="ProcessorIdentity"/>.</param>
/// <param name="Threads">Of one operator: work is split by it.</param>
/// <param name="Versions">Of libtorch, TorchSharp and this library; the library's also by its build.</param>
/// <param name="Settings">Environment variables that hold kernels back.</param>
internal sealed record ArithmeticMachine(string Processor, int Threads, string Versions, string Settings)
{
    /// <summary>Holds oneDNN, which convolves, to older instructions: <c>AVX2</c> and others.</summary>
    public const string OneDnnSwitch = "ONEDNN_MAX_CPU_ISA";

    private static readonly string[] Switches = [OneDnnSwitch, "DNNL_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "MKL_ENABLE_INSTRUCTIONS", "MKL_DEBUG_CPU_TYPE"];

    /// <summary>This machine, as it is set up now.</summary>
    public static ArithmeticMachine Here()
    {
        var versions = TorchRuntime.Versions();
        return new(
            ProcessorIdentity.Text, TorchRuntime.Threads,
            $"libtorch {versions["libtorch"]}, torchsharp {versions["torchsharp"]}, justalexnet {versions["justalexnet"]} {typeof(ArithmeticMachine).Module.ModuleVersionId}",
            string.Join(' ', Switches.Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}")));
    }
}
