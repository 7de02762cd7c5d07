namespace JustAlexNet.Export;

/// <summary>What values are between, and the 256 numbers that stand for them. 0 is always one of them.</summary>
/// <param name="Lowest">0 or less.</param>
/// <param name="Highest">0 or more.</param>
internal readonly record struct ValueRange(float Lowest, float Highest)
{
    private const int Steps = 255;

    /// <summary>From one number to the next.</summary>
    public float Scale => Highest > Lowest ? (Highest - Lowest) / Steps : 1;

    /// <summary>The number that stands for 0.</summary>
    public byte Zero => (byte)Math.Clamp(Math.Round(-Lowest / Scale), 0, Steps);

    /// <summary>What need be told apart of x in max(x + y, 0): no y lifts what is below above 0, and with what is above every sum is beyond its range.</summary>
    /// <param name="other">Of y.</param>
    /// <param name="sum">Of the result.</param>
    public ValueRange Within(ValueRange other, ValueRange sum) => new(Math.Max(Lowest, -other.Highest), Math.Min(Highest, sum.Highest - other.Lowest));
}
