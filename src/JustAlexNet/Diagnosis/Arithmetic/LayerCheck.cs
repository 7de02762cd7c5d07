using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Diagnosis;

/// <summary>Compares one layer with float64.</summary>
/// <param name="layer">Its weights are overwritten.</param>
/// <param name="generator">Draws weights, inputs and gradients.</param>
/// <param name="whole">Every value, or samples.</param>
/// <param name="computation">What is under test.</param>
internal sealed class LayerCheck(CheckedLayer layer, Generator generator, bool whole, LayerComputation computation)
{
    private readonly LayerShape shape = layer.Shape;

    /// <summary>A finding for every part of every use.</summary>
    public List<ArithmeticFinding> Run(IReadOnlyList<ArithmeticUse> uses)
    {
        using var scope = NewDisposeScope();
        var weights = layer.Layer.Slots.Select(slot => slot.Slot.Value).ToList();
        using (no_grad())
            foreach (var values in weights) _ = values.uniform_(-1, 1, generator);
        var most = uses.Max(use => use.BatchSize);
        var input = Random(most, shape.Inputs, shape.Height, shape.Width);
        var gradient = uses.Any(use => use.Learns) ? Random(most, shape.Outputs, shape.OutputHeight, shape.OutputWidth) : null;
        var findings = new List<ArithmeticFinding>();
        foreach (var same in uses.GroupBy(use => use.Precision))
        {
            using var inner = NewDisposeScope();
            var exact = Exact(weights, same.Key);
            var (x, g) = (Lowered(input, same.Key), gradient is null ? null : Lowered(gradient, same.Key));
            foreach (var use in same) findings.AddRange(Run(use, exact, x, g));
        }
        return findings;
    }

    private List<ArithmeticFinding> Run(ArithmeticUse use, ExactLayer exact, Tensor inputs, Tensor? gradients)
    {
        using var scope = NewDisposeScope();
        var x = inputs.narrow(0, 0, use.BatchSize);
        var g = use.Learns ? gradients!.narrow(0, 0, use.BatchSize) : null;
        var result = computation.Run(layer.Layer, x, g, byData: !shape.SeesPictures, use.Precision);
        return [.. exact.Compare(x, g, result).Select(part => new ArithmeticFinding(
            layer.Layer.Path, shape.ToString(), new PrecisionChoice(use.Precision, "").Name, use.BatchSize, Word(part.Key), part.Value.Channel, part.Value.Error, ArithmeticCheck.LimitOf(use.Precision, use.BatchSize)))];
    }

    private ExactLayer Exact(List<Tensor> weights, Precision precision)
    {
        using var quiet = no_grad();
        var weight = Double(weights[0]).reshape(shape.Outputs, shape.Inputs, shape.Kernel, shape.Kernel);
        var bias = weights.Count > 1 ? Double(weights[1]) : null;
        return whole ? new WholeLayer(shape, weight, bias) : new SampledLayer(shape, weight, bias);

        Tensor Double(Tensor value) => Lowered(value, precision).to(ScalarType.Float64);
    }

    // The values that the layer multiplies.
    private static Tensor Lowered(Tensor value, Precision precision) => precision == Precision.Fp32 ? value.alias() : value.to(ScalarType.BFloat16);

    private Tensor Random(int pictures, int channels, int height, int width)
    {
        var values = empty(pictures, height, width, channels).uniform_(-1, 1, generator);       // channels-last memory
        return shape.IsLinear ? values.reshape(pictures, channels) : values.permute(0, 3, 1, 2);
    }

    private static string Word(ArithmeticPart part) => part switch
    {
        ArithmeticPart.Output => "output",
        ArithmeticPart.DataGradient => "data gradient",
        ArithmeticPart.WeightGradient => "weight gradient",
        _ => "bias gradient",
    };
}
