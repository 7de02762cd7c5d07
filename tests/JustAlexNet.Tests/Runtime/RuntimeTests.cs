using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Runtime.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class RuntimeTests
{
    [Fact]
    public void Device_names_lead_to_devices_and_back()
    {
        Assert.Equal("cpu", ComputeDevice.Select("cpu").ToString());
        Assert.Equal(ComputeDevice.CudaCount > 0 ? "cuda:0" : OperatingSystem.IsMacOS() ? "mps" : "cpu", ComputeDevice.Select("auto").ToString());
        Assert.StartsWith("'gpu' is no device, expected auto, cpu, cuda, cuda:N or mps", Assert.Throws<FormatException>(() => ComputeDevice.Select("gpu")).Message);
        Assert.Throws<FormatException>(() => ComputeDevice.Select("cuda:x"));
    }

    [Fact]
    public void Cuda_without_a_GPU_says_what_to_do()
    {
        if (ComputeDevice.CudaCount > 0) Assert.Skip("This machine has a GPU.");
        var error = Assert.Throws<RuntimeException>(() => ComputeDevice.Select("cuda:1"));
        Assert.Equal("`device` cuda:1: no CUDA GPU can be used (this build has the CPU libraries).\nLeave `device` out to take the best there is; for GPUs build with -p:TorchBackend=cuda (docs/cuda.md).", error.Message);
    }

    [Fact]
    public void Channels_last_keeps_the_values_and_changes_their_order_in_memory()
    {
        using var plain = arange(2 * 3 * 4 * 5, dtype: ScalarType.Float32);
        using var nchw = plain.reshape(2, 3, 4, 5);
        using var moved = Layout.ChannelsLast(nchw);
        Assert.Equal([60L, 1, 15, 3], moved.stride());
        Assert.Equal(Same.Doubles(nchw), Same.Doubles(moved));
        Assert.StartsWith("expected four axes (N, C, H, W), received 1", Assert.Throws<ArgumentException>(() => Layout.ChannelsLast(plain)).Message);
    }

    [Fact]
    public void Random_state_goes_on_where_it_was_captured()
    {
        RandomState.Seed(1);
        using var state = RandomState.Capture();
        var first = Draw();
        var second = Draw();
        RandomState.Restore(state, gpuSeed: 0);
        Assert.Equal(first, Draw());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Allocator_is_tuned_where_glibc_is()
    {
        var settings = TorchRuntime.Prepare();
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(AllocatorSettings.Switch) is null) Assert.True(settings.Tuned, settings.Reason);
        else Assert.False(settings.Tuned);
    }

    [Fact]
    public void Threads_are_one_or_more() => Assert.Throws<ArgumentOutOfRangeException>(() => TorchRuntime.Threads = 0);

    [Fact]
    public void Processor_features_are_those_that_Linux_lists()
    {
        if (!File.Exists("/proc/cpuinfo") || !System.Runtime.Intrinsics.X86.X86Base.IsSupported) Assert.Skip("Linux on x86 lists them.");
        var flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal)).Split(' ').ToHashSet();
        string[] known = ["avx2", "fma", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8"];
        Assert.Equal(known.Where(flags.Contains), ProcessorFeatures.Names);
        Assert.Equal((flags.Contains("avx512_bf16") || flags.Contains("amx_bf16")) && ProcessorFeatures.Bfloat16Limit is null, ProcessorFeatures.HasBfloat16);
    }

    private static double[] Draw()
    {
        using var values = rand(3);
        return Same.Doubles(values);
    }
}
