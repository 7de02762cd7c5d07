using JustAlexNet.Onnx;

namespace JustAlexNet.Export;

/// <summary>Values as uint8, weights as int8, sums as int32: ONNX's QuantizeLinear and DequantizeLinear around float operators, which a runtime fuses to whole-number ones.</summary>
/// <remarks>
/// Values: one scale a group; what is never negative has the zero point 0, so that max(x, 0) costs nothing. Weights: one scale an output, symmetric. Bias: scale of the input times that of the weights.
/// uint8 for values because x86 has no product of two int8. Source: ONNX Runtime's rules of fusion (qdq_selectors.cc).
/// </remarks>
/// <param name="graph">Where it is written.</param>
/// <param name="ranges">Of every group.</param>
/// <param name="bits">Of a weight, its sign included: 8, or 7 where a processor would saturate the sum of two products.</param>
/// <param name="features">The group that the last layer takes: it stays float32, and with it that layer, whose products are too few to be worth a loss; null: none does.</param>
/// <param name="exact">Groups whose values stay float32, and with them the layers that take or give them; null: none.</param>
internal sealed class Int8Form(OnnxGraph graph, IReadOnlyDictionary<string, ValueRange> ranges, int bits, string? features = null, IReadOnlySet<string>? exact = null) : NumberForm(graph)
{
    private const double MostOfBias = 1 << 30;

    private readonly Dictionary<string, (string Scale, string Zero)> grids = [];
    private readonly Dictionary<string, (string Rounded, string Group)> values = [];

    private readonly HashSet<string> shown = [];
    private readonly List<int> floatLayers = [];
    private int layers;
    private bool hasResult = true;      // whether the last layer's result has become a value

    /// <summary>Layers with weights so far.</summary>
    public int Layers => layers;

    /// <summary>Those of them but the last that a runtime computes in float32, since what they take or give is exact: from 1, in the order of computation.</summary>
    public IReadOnlyList<int> FloatLayers => floatLayers;

    public override bool ScalesByConvolution => true;

    public override string Value(string value, string group)
    {
        var isExact = exact?.Contains(group) == true;
        if (isExact && !hasResult && !floatLayers.Contains(layers)) floatLayers.Add(layers);
        hasResult = true;
        if (group == features) shown.Add(value);
        if (isExact || group == features) return value;
        if (!grids.TryGetValue(group, out var grid))
            grids[group] = grid = (Graph.Floats("value_scale", [ranges[group].Scale]), Graph.Bytes("value_zero", [ranges[group].Zero]));
        var rounded = Graph.Node("QuantizeLinear", [value, grid.Scale, grid.Zero]);
        var result = Graph.Node("DequantizeLinear", [rounded, grid.Scale, grid.Zero]);
        values[result] = (rounded, group);
        return result;
    }

    public override (string Weight, string Bias) Weights(string input, float[] weight, long[] shape, float[] bias)
    {
        (layers, hasResult) = (layers + 1, false);
        if (!values.TryGetValue(input, out var taken))
        {
            if (!shown.Contains(input)) floatLayers.Add(layers);
            return (Graph.Floats("weight", weight, shape), Graph.Floats("bias", bias, bias.Length));
        }
        var (outputs, step) = (bias.Length, (double)ranges[taken.Group].Scale);
        var (each, most) = (weight.Length / outputs, (1 << (bits - 1)) - 1);
        var (rounded, offsets, scales, biasScales) = (new sbyte[weight.Length], new int[outputs], new float[outputs], new float[outputs]);
        for (var output = 0; output < outputs; output++)
        {
            var row = weight.AsSpan(output * each, each);
            var scale = ScaleOf(row, bias[output], most, step);
            (scales[output], biasScales[output]) = (scale, (float)(step * scale));
            for (var i = 0; i < each; i++) rounded[output * each + i] = (sbyte)Math.Clamp(Math.Round((double)row[i] / scale), -most, most);
            offsets[output] = (int)Math.Round(bias[output] / (step * scale));
        }
        var axis = OnnxGraph.Attribute("axis", 0);
        return (
            Graph.Node("DequantizeLinear", [Graph.SignedBytes("weight", rounded, shape), Graph.Floats("weight_scale", scales, outputs), Graph.SignedBytes("weight_zero", new sbyte[outputs], outputs)], [axis]),
            Graph.Node("DequantizeLinear", [Graph.Whole("bias", offsets, outputs), Graph.Floats("bias_scale", biasScales, outputs), Graph.Whole("bias_zero", new int[outputs], outputs)], [axis]));
    }

    public override void Show(string value, string name)
    {
        if (values.TryGetValue(value, out var known)) Graph.Node("DequantizeLinear", [known.Rounded, grids[known.Group].Scale, grids[known.Group].Zero], output: name);
        else Graph.Node("Identity", [value], output: name);
    }

    // So wide that the bias, too, fits into its number: weights near 0 may have a large one.
    private static float ScaleOf(ReadOnlySpan<float> row, float bias, int most, double step)
    {
        var largest = 0f;
        foreach (var value in row) largest = Math.Max(largest, Math.Abs(value));
        var scale = Math.Max((double)largest / most, Math.Abs(bias) / (step * MostOfBias));
        return scale > float.Epsilon * 1e6 ? (float)scale : 1;
    }
}
