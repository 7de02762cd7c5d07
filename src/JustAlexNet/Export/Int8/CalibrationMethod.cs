namespace JustAlexNet.Export;

/// <summary>How the range of a value is taken from what was seen of it.</summary>
public enum CalibrationMethod
{
    /// <summary>From the lowest to the highest.</summary>
    MinMax,

    /// <summary>Without the largest 0.01 % by magnitude.</summary>
    Percentile,

    /// <summary>Cut where the rounded values' distribution diverges least from that of the values.</summary>
    Entropy,
}
