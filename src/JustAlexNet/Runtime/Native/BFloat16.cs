namespace JustAlexNet.Runtime.Native;

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
