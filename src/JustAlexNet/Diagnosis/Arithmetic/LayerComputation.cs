using JustAlexNet.Models.Layers;
using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Diagnosis;

/// <summary>What a layer gave. The tensors belong to the dispose scope that was open.</summary>
/// <param name="Output">Its result.</param>
/// <param name="Data">Gradient by the input, or null.</param>
/// <param name="Weight">Gradient by the weight, or null.</param>
/// <param name="Bias">Gradient by the bias, or null.</param>
internal sealed record LayerResult(Tensor Output, Tensor? Data = null, Tensor? Weight = null, Tensor? Bias = null);

/// <summary>Computes a layer as a network does. Tests put one that errs in the place of <see cref="Real"/>.</summary>
internal abstract class LayerComputation
{
    /// <summary>The very code of the networks: <see cref="Layer.Apply"/>, under autocast in a lower precision.</summary>
    public static LayerComputation Real { get; } = new AsInNetworks();

    /// <summary>Forward, and backward where there is a gradient to go back with.</summary>
    /// <param name="layer">Its weights are float32.</param>
    /// <param name="input">In the precision.</param>
    /// <param name="gradient">Of the result, in the precision; null for the result alone, as in evaluation.</param>
    /// <param name="byData">Whether the gradient by the input is wanted too.</param>
    /// <param name="precision">fp32 or bf16.</param>
    public abstract LayerResult Run(Layer layer, Tensor input, Tensor? gradient, bool byData, Precision precision);

    private sealed class AsInNetworks : LayerComputation
    {
        public override LayerResult Run(Layer layer, Tensor input, Tensor? gradient, bool byData, Precision precision)
        {
            if (gradient is null)
            {
                using var quiet = no_grad();
                return new LayerResult(Apply(layer, input, precision));
            }
            var leaf = input.detach().requires_grad_(byData);
            var weights = layer.Slots.Select(slot => slot.Slot.Value).ToList();
            var output = Apply(layer, leaf, precision);
            var gradients = autograd.grad([output], byData ? [leaf, .. weights] : weights, [gradient]);
            var first = byData ? 1 : 0;
            return new LayerResult(output.detach(), byData ? gradients[0] : null, gradients[first], weights.Count > 1 ? gradients[first + 1] : null);
        }

        private static Tensor Apply(Layer layer, Tensor input, Precision precision)
        {
            using var lower = MixedPrecision.Enter(ComputeDevice.Cpu, precision);       // its backward pass follows by itself
            return layer.Apply(input, new Pass(Training: is_grad_enabled()));
        }
    }
}
