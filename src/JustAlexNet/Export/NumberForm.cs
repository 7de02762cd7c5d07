using JustAlexNet.Onnx;

namespace JustAlexNet.Export;

/// <summary>In what numbers a network is written. Values and constants are names in one graph.</summary>
/// <param name="graph">Where it is written.</param>
internal abstract class NumberForm(OnnxGraph graph)
{
    protected OnnxGraph Graph { get; } = graph;

    /// <summary>Whether a scale and shift a channel is better written as a convolution.</summary>
    public abstract bool ScalesByConvolution { get; }

    /// <summary>A value as those take it who come after.</summary>
    /// <param name="value">As an operator left it, in float32.</param>
    /// <param name="group">Values of one group are counted on one scale.</param>
    public abstract string Value(string value, string group);

    /// <summary>The same of a value that an operator has only moved: of its inputs' group, and within their range.</summary>
    public virtual string Moved(string value, string group) => Value(value, group);

    /// <summary>Weights and bias of a convolution or linear layer.</summary>
    /// <param name="input">What they are applied to, from <see cref="Value"/>.</param>
    /// <param name="weight">One row an output, row by row.</param>
    /// <param name="shape">Its axes, outputs first.</param>
    /// <param name="bias">A number an output.</param>
    public abstract (string Weight, string Bias) Weights(string input, float[] weight, long[] shape, float[] bias);

    /// <summary>Makes a value an output that others may take too.</summary>
    /// <param name="value">From <see cref="Value"/>.</param>
    /// <param name="name">What it is called.</param>
    public abstract void Show(string value, string name);
}

/// <summary>float32 throughout.</summary>
/// <param name="graph">Where it is written.</param>
internal sealed class FloatForm(OnnxGraph graph) : NumberForm(graph)
{
    private readonly List<(string Name, string Group)> values = [];

    /// <summary>Every value that went through <see cref="Value"/>, in order: all but those that were only moved.</summary>
    public IReadOnlyList<(string Name, string Group)> Values => values;

    public override bool ScalesByConvolution => false;

    public override string Value(string value, string group)
    {
        values.Add((value, group));
        return value;
    }

    public override string Moved(string value, string group) => value;

    public override (string Weight, string Bias) Weights(string input, float[] weight, long[] shape, float[] bias) => (Graph.Floats("weight", weight, shape), Graph.Floats("bias", bias, bias.Length));

    public override void Show(string value, string name) => Graph.Node("Identity", [value], output: name);
}
