using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JustAlexNet.Imaging.Resizing;

/// <summary>Sums of bytes times weights, four at a time.</summary>
internal static unsafe class FixedPoint
{
    /// <summary>One half, so that cutting the binary places off rounds.</summary>
    public const int Half = 1 << (Coefficients.Places - 1);

    /// <summary>One sum as a byte: without its binary places, cut to 0-255.</summary>
    public static byte ToByte(int sum) => (byte)Math.Clamp(sum >> Coefficients.Places, 0, 255);

    /// <summary>Four bytes as four numbers.</summary>
    public static Vector128<int> Load(byte* at) => Sse41.IsSupported
        ? Sse41.ConvertToVector128Int32(at)
        : Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(uint*)at).AsByte())).AsInt32();

    /// <summary>Sixteen sums as bytes: without their binary places, cut to 0-255, in order.</summary>
    public static Vector128<byte> ToBytes(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d)
    {
        a >>= Coefficients.Places;
        b >>= Coefficients.Places;
        c >>= Coefficients.Places;
        d >>= Coefficients.Places;
        if (Sse2.IsSupported) return Sse2.PackUnsignedSaturate(Sse2.PackSignedSaturate(a, b), Sse2.PackSignedSaturate(c, d));
        return Vector128.Narrow(Vector128.Narrow(Cut(a), Cut(b)).AsUInt16(), Vector128.Narrow(Cut(c), Cut(d)).AsUInt16());
    }

    /// <summary>Writes the lower three of four bytes.</summary>
    public static void StorePixel(byte* to, uint pixel)
    {
        *(ushort*)to = (ushort)pixel;
        to[2] = (byte)(pixel >> 16);
    }

    private static Vector128<int> Cut(Vector128<int> value) => Vector128.Min(Vector128.Max(value, Vector128<int>.Zero), Vector128.Create(255));
}
