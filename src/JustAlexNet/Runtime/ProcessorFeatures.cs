using System.Runtime.Intrinsics.X86;

namespace JustAlexNet.Runtime;

/// <summary>What the processor has that decides how fast training is.</summary>
public static class ProcessorFeatures
{
    /// <summary>Multiplies bfloat16 in hardware: AVX512_BF16 (CPUID 7.1 EAX bit 5) or AMX-BF16 (CPUID 7.0 EDX bit 22).</summary>
    public static bool HasBfloat16 { get; } = Bit(1, register: 0, bit: 5) || Bit(0, register: 3, bit: 22);

    /// <summary>The widest vector extension: <c>avx512_bf16</c>, <c>avx512</c>, <c>avx2</c>, or the architecture's name.</summary>
    public static string Summary { get; } =
        HasBfloat16 ? "avx512_bf16" : Avx512F.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2"
        : System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>Every extension of those that decide speed here, by the name that Linux gives it in <c>/proc/cpuinfo</c>; empty where the processor is not an x86.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. new (string Name, bool Has)[]
        {
            ("avx2", Avx2.IsSupported), ("fma", Fma.IsSupported), ("avx_vnni", Bit(1, register: 0, bit: 4)), ("avx512f", Avx512F.IsSupported),
            ("avx512_vnni", Avx512F.IsSupported && Bit(0, register: 2, bit: 11)), ("avx512_bf16", Bit(1, register: 0, bit: 5)),
            ("amx_bf16", Bit(0, register: 3, bit: 22)), ("amx_int8", Bit(0, register: 3, bit: 25)),
        }.Where(feature => feature.Has).Select(feature => feature.Name),
    ];

    private static bool Bit(int subLeaf, int register, int bit)
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7) return false;
        if (subLeaf > X86Base.CpuId(7, 0).Eax) return false;
        var (eax, ebx, ecx, edx) = X86Base.CpuId(7, subLeaf);
        return ((register switch { 0 => eax, 1 => ebx, 2 => ecx, _ => edx }) >> bit & 1) != 0;
    }
}
