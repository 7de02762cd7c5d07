using System.Globalization;

namespace JustAlexNet.Inference;

/// <summary>A network answered with NaN or infinity, which is no class.</summary>
public sealed class NotFiniteOutputException : JustAlexNetException
{
    internal NotFiniteOutputException(int row, int column, string className, double value)
        : base(string.Create(CultureInfo.InvariantCulture, $"The network's answer for row {row} of the batch is not finite: class {column} ({className}) got {value}, expected a number.\n")
            + "Such weights recognise nothing: go back to an earlier checkpoint, or train with a smaller learning rate or in full precision.")
        => (Row, Column, Value) = (row, column, value);

    /// <summary>The row of the batch, from 0.</summary>
    public int Row { get; }

    /// <summary>The class whose value it is, from 0.</summary>
    public int Column { get; }

    /// <summary>What came: NaN or an infinity.</summary>
    public double Value { get; }
}
