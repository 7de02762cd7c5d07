namespace JustAlexNet.Imaging.Tests;

/// <summary>The check sum of zip and PNG, by which the reference values name pixels.</summary>
internal static class Crc32
{
    public static uint Of(params IEnumerable<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
