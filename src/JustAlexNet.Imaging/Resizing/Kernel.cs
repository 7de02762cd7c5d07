namespace JustAlexNet.Imaging.Resizing;

/// <summary>The weight of a source pixel by its distance from the place wanted, in double precision and in Pillow's order of operations.</summary>
internal abstract class Kernel
{
    private static readonly Kernel Triangle = new TriangleKernel();
    private static readonly Kernel Cubic = new CubicKernel();

    /// <summary>The weight is 0 from this distance on.</summary>
    public abstract double Support { get; }

    /// <param name="distance">Signed distance, in pixels of the larger of both grids.</param>
    public abstract double Weight(double distance);

    public static Kernel For(Interpolation interpolation) => interpolation switch
    {
        Interpolation.Bilinear => Triangle,
        Interpolation.Bicubic => Cubic,
        _ => throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "expected Bilinear or Bicubic"),
    };

    private sealed class TriangleKernel : Kernel
    {
        public override double Support => 1.0;

        public override double Weight(double distance)
        {
            var x = Math.Abs(distance);
            return x < 1.0 ? 1.0 - x : 0.0;
        }
    }

    private sealed class CubicKernel : Kernel
    {
        private const double A = -0.5;

        public override double Support => 2.0;

        public override double Weight(double distance)
        {
            var x = Math.Abs(distance);
            if (x < 1.0) return ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0;
            return x < 2.0 ? (((x - 5.0) * x + 8.0) * x - 4.0) * A : 0.0;
        }
    }
}
