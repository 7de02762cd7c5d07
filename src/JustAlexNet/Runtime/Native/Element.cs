using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace JustAlexNet.Runtime.Native;

/// <summary>How eight neighbouring values of a tensor are read and written as float32.</summary>
internal unsafe interface IElement<T> where T : unmanaged
{
    /// <summary>The dtype.</summary>
    static abstract torch.ScalarType Type { get; }

    static abstract Vector256<float> Load(T* from);

    static abstract void Store(T* to, Vector256<float> values);
}

/// <summary>float32 as it is.</summary>
internal readonly unsafe struct Float32Element : IElement<float>
{
    public static torch.ScalarType Type => torch.ScalarType.Float32;

    public static Vector256<float> Load(float* from) => Vector256.Load(from);

    public static void Store(float* to, Vector256<float> values) => values.Store(to);
}

/// <summary>bfloat16: the upper half of a float32; rounded to nearest, ties to even, when written.</summary>
internal readonly unsafe struct BFloat16Element : IElement<ushort>
{
    public static torch.ScalarType Type => torch.ScalarType.BFloat16;

    public static Vector256<float> Load(ushort* from)
    {
        if (Avx2.IsSupported) return Avx2.ShiftLeftLogical(Avx2.ConvertToVector256Int32(from), 16).AsSingle();
        var (low, high) = Vector128.Widen(Vector128.Load(from));
        return Vector256.ShiftLeft(Vector256.Create(low, high), 16).AsSingle();
    }

    public static void Store(ushort* to, Vector256<float> values)
    {
        var bits = values.AsUInt32();
        var odd = Vector256.ShiftRightLogical(bits, 16) & Vector256.Create(1u);
        var rounded = Vector256.ShiftRightLogical(bits + Vector256.Create(0x7FFFu) + odd, 16);
        rounded = Vector256.ConditionalSelect(Vector256.Equals(values, values).AsUInt32(), rounded, Vector256.Create(0x7FC0u));     // not a number stays one
        if (Sse41.IsSupported) Sse41.PackUnsignedSaturate(rounded.GetLower().AsInt32(), rounded.GetUpper().AsInt32()).Store(to);
        else Vector128.Narrow(rounded.GetLower(), rounded.GetUpper()).Store(to);
    }
}

/// <summary>bfloat16 is the upper half of a float32.</summary>
internal static class BFloat16
{
    /// <summary>Rounds to nearest, ties to even; not a number stays not a number.</summary>
    public static ushort Round(float value)
    {
        if (float.IsNaN(value)) return 0x7FC0;
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
