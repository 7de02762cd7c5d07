using JustAlexNet.Runtime.Native;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Runtime.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class PrecisionTests
{
    private static LibTorch Without(string name) => new(asked => asked.Contains(name, StringComparison.Ordinal) ? 0 : 1, LibTorch.Known);

    [Theory]
    [InlineData(true, "bf16")]
    [InlineData(false, "fp32")]
    public void Auto_on_a_processor_takes_bf16_where_it_is_multiplied_in_hardware(bool hasBfloat16, string expected) =>
        Assert.Equal(expected, PrecisionChoice.Decide("auto", ComputeDevice.Cpu, LibTorch.Loaded, hasBfloat16, []).Name);

    [Fact]
    public void Bf16_without_hardware_is_done_and_said_to_be_slow() =>
        Assert.Equal("asked for; slow here: the processor has neither AVX512_BF16 nor AMX", PrecisionChoice.Decide("bf16", ComputeDevice.Cpu, LibTorch.Loaded, false, []).Reason);

    [Fact]
    public void A_limit_of_oneDNN_below_bf16_makes_auto_fp32_and_is_named()
    {
        const string limit = "ONEDNN_MAX_CPU_ISA=AVX2";
        Assert.Equal(new PrecisionChoice(Precision.Fp32, $"{limit} keeps the processor's from being used"), PrecisionChoice.Decide("auto", ComputeDevice.Cpu, LibTorch.Loaded, false, [], limit));
        Assert.Equal($"asked for; slow here: {limit} keeps the processor's from being used", PrecisionChoice.Decide("bf16", ComputeDevice.Cpu, LibTorch.Loaded, false, [], limit).Reason);
    }

    [Theory]
    [InlineData("ONEDNN_MAX_CPU_ISA", "AVX2", true)]
    [InlineData("ONEDNN_MAX_CPU_ISA", "avx512_core_vnni", true)]
    [InlineData("DNNL_MAX_CPU_ISA", "SSE41", true)]
    [InlineData("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_BF16", false)]
    [InlineData("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_AMX", false)]
    [InlineData("ONEDNN_MAX_CPU_ISA", "DEFAULT", false)]
    [InlineData("ONEDNN_MAX_CPU_ISA", "", false)]
    [InlineData("OMP_NUM_THREADS", "AVX2", false)]
    public void Which_limits_are_below_bf16(string name, string value, bool below) =>
        Assert.Equal(below ? $"{name}={value}" : null, ProcessorFeatures.LimitBelowBfloat16(asked => asked == name ? value : null));

    [Theory]
    [InlineData(null, Precision.Bf16, Precision.Bf16)]
    [InlineData(null, Precision.Fp32, Precision.Fp32)]
    [InlineData(null, Precision.Fp16, Precision.Fp32)]
    [InlineData(Precision.Fp16, Precision.Fp16, Precision.Fp16)]
    public void Features_are_in_fp16_only_where_it_is_asked_for(Precision? asked, Precision selected, Precision expected) =>
        Assert.Equal(expected, PrecisionChoice.OfFeatures(asked, new(selected, "of the hardware")).Precision);

    [Fact]
    public void Fp16_on_a_processor_and_unknown_names_are_refused()
    {
        Assert.Equal("`precision` fp16 is for CUDA GPUs; on a processor choose bf16 or fp32, or leave `precision` out.",
            Assert.Throws<RuntimeException>(() => PrecisionChoice.Select("fp16", ComputeDevice.Cpu)).Message);
        Assert.Equal("'int8' is no precision, expected auto, fp32, bf16, fp16.", Assert.Throws<FormatException>(() => PrecisionChoice.Select("int8", ComputeDevice.Cpu)).Message);
    }

    [Fact]
    public void A_libtorch_without_autocast_trains_in_fp32_and_says_what_that_costs()
    {
        var library = Without("set_autocast_enabled");
        Assert.Equal(["this libtorch has no _ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb: mixed precision is off: training runs in fp32 (about twice as slow where the hardware has bf16)"], library.Missing);
        Assert.Equal(new PrecisionChoice(Precision.Fp32, "this libtorch offers no mixed precision"), PrecisionChoice.Decide("auto", ComputeDevice.Cpu, library, true, []));
        Assert.StartsWith("`precision` bf16: this libtorch has no", Assert.Throws<RuntimeException>(() => PrecisionChoice.Decide("bf16", ComputeDevice.Cpu, library, true, [])).Message);
    }

    [Theory]
    [InlineData("torch_call_dispatcher", "one small step a tensor")]
    [InlineData("torch_parallel_for", "DenseNet's blocks run layer by layer")]
    public void Every_function_that_is_missing_is_named_with_its_cost(string name, string cost)
    {
        var library = Without(name);
        Assert.Contains(name, Assert.Single(library.Missing));
        Assert.Contains(cost, library.Missing[0]);
        Assert.True(library.HasAutocast);
    }

    [Theory]
    [InlineData("2.11.0", "2.11.0")]
    [InlineData("2.10.1", "2.10.1")]
    public void Another_libtorch_is_asked_by_its_stable_names_only(string version, string said)
    {
        var library = new LibTorch(_ => 1, new Version(version));
        Assert.Equal((true, true), (library.HasDispatcher, library.HasKernels));
        Assert.Equal((false, false, false, true), (library.HasAutocast, library.HasGradient, library.HasFusedConvolutions, library.Messages is null));
        Assert.Equal(
            [
                $"this libtorch is {said}, and _ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb was read from 2.10.0: mixed precision is off: training runs in fp32 (about twice as slow where the hardware has bf16)",
                $"this libtorch is {said}, and aoti_torch_cpu_convolution_backward was read from 2.10.0: DenseNet's blocks run layer by layer (slower, more memory)",
                $"this libtorch is {said}, and aoti_torch_cpu_mkldnn__convolution_pointwise was read from 2.10.0: networks in use are computed layer by layer (up to a third slower)",
                $"this libtorch is {said}, and _ZN2at13globalContextEv was read from 2.10.0: its warnings stand on standard error",
            ],
            library.Missing);
        Assert.Equal("fp32", PrecisionChoice.Decide("auto", ComputeDevice.Cpu, library, true, []).Name);
    }

    [Theory]
    [InlineData("2.9.1", "2.9.1")]
    [InlineData(null, "of an unknown version")]
    public void An_older_or_nameless_libtorch_is_asked_for_nothing(string? version, string said)
    {
        var library = new LibTorch(_ => 1, version is null ? null : new Version(version));
        Assert.Equal((false, false, false, false, true), (library.HasDispatcher, library.HasKernels, library.HasAutocast, library.HasGradient, library.Messages is null));
        Assert.Contains($"this libtorch is {said}, and torch_call_dispatcher serves from 2.10.0 on: the optimiser takes one small step a tensor instead of one fused step (AlexNet about a tenth slower)", library.Missing);
        Assert.Equal(6, library.Missing.Count);
    }

    [Fact]
    public void The_pinned_libtorch_has_every_function() => Assert.Empty(TorchRuntime.MissingFunctions);

    [Fact]
    public void Mixed_precision_lowers_what_is_multiplied_and_only_while_it_lasts()
    {
        using var a = ones(4, 4);
        using (MixedPrecision.Enter(ComputeDevice.Cpu, Precision.Bf16))
        {
            using var lower = a.matmul(a);
            Assert.Equal(ScalarType.BFloat16, lower.dtype);
        }
        using var full = a.matmul(a);
        Assert.Equal(ScalarType.Float32, full.dtype);
        Assert.Null(MixedPrecision.Enter(ComputeDevice.Cpu, Precision.Fp32));
    }
}
