using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace JustAlexNet.Runtime;

/// <summary>What decides which kernels libraries choose on a processor: model, extensions, caches, as CPUID tells of them. Virtual machines of one processor may differ.</summary>
internal static class ProcessorIdentity
{
    private const int MaxCaches = 8;

    /// <summary>The same for equal processors; on others than x86 the architecture and what .NET knows to be there.</summary>
    public static string Text { get; } = X86Base.IsSupported ? string.Join(' ', Answers((leaf, part) => X86Base.CpuId(leaf, part)))
        : $"{RuntimeInformation.ProcessArchitecture} {Environment.ProcessorCount} {System.Runtime.Intrinsics.Arm.Dp.IsSupported}";

    /// <summary>The answers that matter, in hexadecimal; left out is what differs from core to core, such as its number.</summary>
    /// <param name="identify">CPUID: from leaf (EAX) and part (ECX) to the four registers.</param>
    internal static IEnumerable<string> Answers(Func<int, int, (int Eax, int Ebx, int Ecx, int Edx)> identify)
    {
        var (highest, ebx, ecx, edx) = identify(0, 0);
        yield return Hex(ebx, edx, ecx);
        var model = identify(1, 0);
        yield return Hex(model.Eax, model.Ecx & ~(1 << 27), model.Edx);         // bit 27: whether the system saves the wide registers, set by it
        if (highest >= 7)
        {
            var (_, b, c, d) = identify(7, 0);
            yield return Hex(b, c, d, identify(7, 1).Eax);
        }
        foreach (var leaf in new[] { 4, unchecked((int)0x8000001D) })
        {
            if (leaf > 0 ? highest < leaf : (uint)identify(unchecked((int)0x80000000), 0).Eax < (uint)leaf) continue;
            for (var part = 0; part < MaxCaches && identify(leaf, part) is { } cache && (cache.Eax & 31) != 0; part++)
                yield return Hex(cache.Eax, cache.Ebx, cache.Ecx);
        }
    }

    private static string Hex(params int[] registers) => string.Concat(registers.Select(register => register.ToString("x8", CultureInfo.InvariantCulture)));
}
