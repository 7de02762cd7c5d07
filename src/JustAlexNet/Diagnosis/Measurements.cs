using JustAlexNet.Imaging;
using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Diagnosis;

/// <summary>Two short measurements: what a matrix product and what a photo costs here.</summary>
/// <param name="GemmGflops">10^9 floating-point operations a second of the product of two 1024 x 1024 matrices, all threads.</param>
/// <param name="GemmPrecision">In which precision: that of training.</param>
/// <param name="PhotosPerSecond">JPEG photos of 400 x 533 pixels decoded a second by one core; null where no decoder can be had.</param>
internal sealed record Measurements(double GemmGflops, string GemmPrecision, double? PhotosPerSecond)
{
    private const int Side = 1024;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(1);

    public static Measurements Take(TimeProvider clock, string precision, JpegDecoder? decoder) => new(Gemm(clock, precision), precision, decoder is null ? null : Decode(clock, decoder));

    private static double Gemm(TimeProvider clock, string precision)
    {
        TorchRuntime.Prepare();
        using var quiet = no_grad();
        using var matrix = ones([Side, Side], precision == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32);
        matrix.matmul(matrix).Dispose();       // compiles and touches memory
        var (begun, products) = (clock.GetTimestamp(), 0);
        TimeSpan elapsed;
        do
        {
            matrix.matmul(matrix).Dispose();
            products++;
            elapsed = clock.GetElapsedTime(begun);
        }
        while (elapsed < Each);
        return products * 2.0 * Side * Side * Side / elapsed.TotalSeconds / 1e9;
    }

    private static double Decode(TimeProvider clock, JpegDecoder decoder)
    {
        using var stream = typeof(Measurements).Assembly.GetManifestResourceStream("photo.jpg")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return decoder.Measure(bytes, Each, clock);
    }
}
