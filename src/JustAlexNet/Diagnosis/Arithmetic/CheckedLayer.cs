using JustAlexNet.Models;
using JustAlexNet.Models.Layers;
using static TorchSharp.torch;

namespace JustAlexNet.Diagnosis;

/// <summary>What decides which kernels compute a convolution; a linear layer is one of 1 x 1 over a single pixel.</summary>
/// <param name="IsLinear">Its tensors have no axes for pixels.</param>
/// <param name="Inputs">Channels in.</param>
/// <param name="Outputs">Channels out.</param>
/// <param name="Kernel">Side of the window.</param>
/// <param name="Stride">Pixels from one place of the window to the next.</param>
/// <param name="Pad">Zeros on every side.</param>
/// <param name="HasBias">Whether a number a channel is added.</param>
/// <param name="Height">Of the input, in pixels.</param>
/// <param name="Width">Likewise.</param>
/// <param name="SeesPictures">Its input is the network's: nobody asks for a gradient by it.</param>
internal sealed record LayerShape(bool IsLinear, int Inputs, int Outputs, int Kernel, int Stride, int Pad, bool HasBias, int Height, int Width, bool SeesPictures)
{
    /// <summary>Height of the result.</summary>
    public int OutputHeight => (Height + 2 * Pad - Kernel) / Stride + 1;

    /// <summary>Width of the result.</summary>
    public int OutputWidth => (Width + 2 * Pad - Kernel) / Stride + 1;

    /// <summary>Such as <c>convolution 3 x 3 stride 2, 64 x 56 x 56 to 128 x 28 x 28</c>.</summary>
    public override string ToString() => IsLinear ? $"linear, {Inputs} to {Outputs}"
        : $"convolution {Kernel} x {Kernel}{(Stride == 1 ? "" : $" stride {Stride}")}, {Inputs} x {Height} x {Width} to {Outputs} x {OutputHeight} x {OutputWidth}";
}

/// <summary>A convolution or linear layer of a network, the first of its shape.</summary>
/// <param name="Layer">The network's own.</param>
/// <param name="Shape">Its parameters and input.</param>
internal sealed record CheckedLayer(Layer Layer, LayerShape Shape)
{
    /// <summary>Every distinct convolution and linear layer at the shapes that it has in this network, in the order of computation.</summary>
    /// <param name="network">On the processor, in float32.</param>
    /// <param name="side">Of the pictures, in pixels.</param>
    public static IReadOnlyList<CheckedLayer> Of(Network network, int side)
    {
        var found = new Dictionary<LayerShape, CheckedLayer>();
        using var plain = zeros(1, 3, side, side);
        using var pictures = Runtime.Layout.ChannelsLast(plain);
        network.Visit(pictures, (layer, input) =>
        {
            if (ShapeOf(layer, input.shape, ReferenceEquals(input, pictures)) is { } shape) _ = found.TryAdd(shape, new(layer, shape));
        });
        return [.. found.Values];
    }

    private static LayerShape? ShapeOf(Layer layer, long[] input, bool seesPictures)
    {
        if (layer is not (Convolution or Linear)) return null;
        var slots = layer.Slots.ToList();
        var weight = slots[0].Slot.Value.shape;
        return layer is Convolution convolution
            ? new(false, (int)weight[1], (int)weight[0], (int)weight[2], convolution.Stride, convolution.Pad, slots.Count > 1, (int)input[2], (int)input[3], seesPictures)
            : new(true, (int)weight[1], (int)weight[0], 1, 1, 0, slots.Count > 1, 1, 1, seesPictures);
    }
}
