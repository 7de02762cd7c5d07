using JustAlexNet.Models.Layers;
using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Diagnosis.Tests;

/// <summary>The kernels of a processor that hides its caches: from batch 2 on, the last channels of a part of the work of layers with 512 are never written.</summary>
/// <param name="part">Which part.</param>
/// <param name="first">The first of the wrong channels.</param>
/// <param name="count">How many there are.</param>
internal sealed class Spoilt(ArithmeticPart part, int first = 480, int count = 32) : LayerComputation
{
    /// <summary>Layers computed.</summary>
    public int Computed { get; private set; }

    /// <summary>What stands where nothing was written.</summary>
    public double Leftover { get; init; }

    public override LayerResult Run(Layer layer, Tensor input, Tensor? gradient, bool byData, Precision precision)
    {
        Computed++;
        var right = Real.Run(layer, input, gradient, byData, precision);
        if (input.shape[0] < 2) return right;
        var (tensor, axis) = part switch
        {
            ArithmeticPart.Output => (right.Output, 1),
            ArithmeticPart.DataGradient => (right.Data, 1),
            ArithmeticPart.WeightGradient => (right.Weight, 0),
            _ => (right.Bias, 0),
        };
        if (tensor is null || tensor.shape[axis] != 512) return right;
        using var quiet = no_grad();
        _ = tensor.narrow(axis, first, count).fill_(Leftover);
        return right;
    }
}

/// <summary>Right, and counted.</summary>
internal sealed class Counted : LayerComputation
{
    public int Computed { get; private set; }

    public override LayerResult Run(Layer layer, Tensor input, Tensor? gradient, bool byData, Precision precision)
    {
        Computed++;
        return Real.Run(layer, input, gradient, byData, precision);
    }
}
