using System.Globalization;

namespace JustAlexNet.Imaging.Operations;

/// <summary>Where the pixel at (x, y) of a result comes from: (A x + B y + C, D x + E y + F), the middle of a pixel being half a pixel from its edge.</summary>
internal readonly record struct AffineMap(double A, double B, double C, double D, double E, double F)
{
    private const double DegreesToRadians = Math.PI / 180, RadiansToDegrees = 180 / Math.PI;

    /// <summary>Turns about the middle, anticlockwise: Pillow's <c>Image.rotate</c>, which torchvision's <c>rotate</c> calls.</summary>
    public static AffineMap Rotation(double degrees, int width, int height)
    {
        var turn = degrees % 360.0;
        var angle = -((turn < 0 ? turn + 360.0 : turn) * DegreesToRadians);
        var (cos, sin, minusSin) = (FifteenPlaces(Math.Cos(angle)), FifteenPlaces(Math.Sin(angle)), FifteenPlaces(-Math.Sin(angle)));
        var (x, y) = (width / 2.0, height / 2.0);
        return new(cos, sin, cos * -x + sin * -y + x, minusSin, cos, minusSin * -x + cos * -y + y);
    }

    /// <summary>Moves each row by <paramref name="amount"/> times its distance from the top: RandAugment's ShearX as torchvision's <c>affine</c> computes it, about the upper left corner.</summary>
    public static AffineMap ShearX(double amount) => new(1, Math.Tan(RoundTrip(amount)), 0, 0, 1, 0);

    /// <summary>Moves each column by <paramref name="amount"/> times its distance from the left edge.</summary>
    public static AffineMap ShearY(double amount)
    {
        var angle = RoundTrip(amount);
        return new(1, 0, 0, Math.Sin(angle) / Math.Cos(angle), 1, 0);
    }

    /// <summary>Moves the picture by whole pixels, to the right and down.</summary>
    public static AffineMap Translation(int x, int y) => new(1, 0, -x, 0, 1, -y);

    // torchvision goes through degrees.
    private static double RoundTrip(double amount) => Math.Atan(amount) * RadiansToDegrees * DegreesToRadians;

    // Python's round(value, 15), of a value from -1 to 1: the nearest decimal, and of that the nearest double.
    private static double FifteenPlaces(double value)
    {
        Span<char> text = stackalloc char[32];
        return value.TryFormat(text, out var length, "F15", CultureInfo.InvariantCulture) ? double.Parse(text[..length], CultureInfo.InvariantCulture) : value;
    }
}
