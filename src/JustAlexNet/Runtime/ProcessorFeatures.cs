using System.Runtime.Intrinsics.X86;

namespace JustAlexNet.Runtime;

/// <summary>What the processor has that decides how fast training is.</summary>
public static class ProcessorFeatures
{
    private static readonly bool Multiplies = Bit(1, register: 0, bit: 5) || Bit(0, register: 3, bit: 22);

    /// <summary>Multiplies bfloat16 in hardware: AVX512_BF16 (CPUID 7.1 EAX bit 5) or AMX-BF16 (CPUID 7.0 EDX bit 22), and no environment variable keeps oneDNN, which libtorch convolves with, from using it.</summary>
    public static bool HasBfloat16 { get; } = Multiplies && Bfloat16Limit is null;

    /// <summary>The setting that keeps oneDNN from the bfloat16 of this processor, such as <c>ONEDNN_MAX_CPU_ISA=AVX2</c>; null where none does, or where the processor has none.</summary>
    internal static string? Bfloat16Limit => Multiplies ? LimitBelowBfloat16(Environment.GetEnvironmentVariable) : null;

    /// <summary>The same of an environment, from a variable's name to its value. The names are oneDNN's, in its order; it does not tell capitals from small letters.</summary>
    internal static string? LimitBelowBfloat16(Func<string, string?> variable)
    {
        var (name, value) = new[] { "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA" }.Select(name => (name, variable(name))).FirstOrDefault(pair => !string.IsNullOrEmpty(pair.Item2));
        return value?.ToUpperInvariant() is "SSE41" or "AVX" or "AVX2" or "AVX2_VNNI" or "AVX2_VNNI_2" or "AVX512_CORE" or "AVX512_CORE_VNNI" ? $"{name}={value}" : null;
    }

    /// <summary>The widest vector extension: <c>avx512_bf16</c>, <c>avx512</c>, <c>avx2</c>, or the architecture's name.</summary>
    public static string Summary { get; } =
        Multiplies ? "avx512_bf16" : Avx512F.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2"
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

    /// <summary>Whether the sum of two products of a uint8 and an int8 is cut to 16 bits, as on x86 without VNNI: then weights take 7 bits.</summary>
    internal static bool SaturatesInt8 => X86Base.IsSupported && !Names.Contains("avx512_vnni") && !Names.Contains("avx_vnni");

    /// <summary>
    /// Whether the processor does not tell of its first data cache, as on some virtual machines. On AMD's, oneDNN 3.7.1, which libtorch convolves with, then takes it for one byte, computes
    /// some 1 x 1 convolutions wrongly and ends the process in others. False where the processor is not an x86, whose caches are found in another way.
    /// </summary>
    internal static bool HidesCaches { get; } = X86Base.IsSupported && CachesAreHidden((leaf, part) => X86Base.CpuId(leaf, part));

    /// <summary>The same of a processor that is described by its answers.</summary>
    /// <param name="identify">CPUID: from leaf (EAX) and part (ECX) to the four registers.</param>
    /// <remarks>AMD and Hygon describe a cache a part in leaf 8000001Dh, others in leaf 4; bits 0 to 4 of EAX are its type (0 none, 1 data, 2 instructions, 3 both), 5 to 7 its level.</remarks>
    internal static bool CachesAreHidden(Func<int, int, (int Eax, int Ebx, int Ecx, int Edx)> identify)
    {
        const int amd = 0x68747541, hygon = 0x6F677948, maxParts = 32;       // EBX of leaf 0: "Auth" of AuthenticAMD, "Hygo" of HygonGenuine
        var (highest, vendor, _, _) = identify(0, 0);
        var (leaf, known) = vendor is amd or hygon ? (unchecked((int)0x8000001D), (uint)identify(unchecked((int)0x80000000), 0).Eax) : (4, (uint)highest);
        if (known < (uint)leaf) return true;
        for (var part = 0; part < maxParts && identify(leaf, part).Eax is var cache && (cache & 31) != 0; part++)
            if ((cache & 31) is 1 or 3 && (cache >> 5 & 7) == 1) return false;
        return true;
    }

    private static bool Bit(int subLeaf, int register, int bit)
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7) return false;
        if (subLeaf > X86Base.CpuId(7, 0).Eax) return false;
        var (eax, ebx, ecx, edx) = X86Base.CpuId(7, subLeaf);
        return ((register switch { 0 => eax, 1 => ebx, 2 => ecx, _ => edx }) >> bit & 1) != 0;
    }
}
