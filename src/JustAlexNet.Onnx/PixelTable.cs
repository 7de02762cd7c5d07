using JustAlexNet.Imaging;

namespace JustAlexNet.Onnx;

/// <summary>((pixel / 255) - mean) / deviation, as in training, of the 3 x 256 values that there can be: looked up, not computed for every pixel.</summary>
internal static class PixelTable
{
    /// <summary>The table, red, green and blue after each other.</summary>
    /// <param name="preprocessing">Gives mean and deviation.</param>
    public static float[] Of(Preprocessing preprocessing)
    {
        var (mean, deviation, table) = (preprocessing.Mean.ToArray(), preprocessing.Deviation.ToArray(), new float[3 * 256]);
        for (var i = 0; i < table.Length; i++) table[i] = (i % 256 / 255f - (float)mean[i / 256]) / (float)deviation[i / 256];
        return table;
    }

    /// <summary>From rows of pixels to planes of channels.</summary>
    /// <param name="pixels">(H, W, 3), 0 to 255, RGB.</param>
    /// <param name="table">See <see cref="Of"/>.</param>
    /// <param name="target">Receives (3, H, W).</param>
    public static void Normalise(ReadOnlySpan<byte> pixels, ReadOnlySpan<float> table, Span<float> target)
    {
        var plane = pixels.Length / 3;
        for (var channel = 0; channel < 3; channel++)
        {
            var values = table.Slice(channel * 256, 256);
            var row = target.Slice(channel * plane, plane);
            for (var i = 0; i < row.Length; i++) row[i] = values[pixels[i * 3 + channel]];
        }
    }
}
