namespace JustAlexNet.Models;

/// <summary>Ranges that constructors ask for, usable before a base constructor runs.</summary>
internal static class Checked
{
    public static int Classes(int classes) =>
        classes >= 1 ? classes : throw new ArgumentOutOfRangeException(nameof(classes), classes, "expected 1 class or more");

    public static double Probability(double dropout) =>
        dropout is >= 0 and < 1 ? dropout : throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "expected a probability from 0 to below 1");
}
