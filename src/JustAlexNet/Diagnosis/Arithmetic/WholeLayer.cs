using static TorchSharp.torch;

namespace JustAlexNet.Diagnosis;

/// <summary>Every value of a layer, by libtorch's float64 convolution (a matrix product over unfolded pictures; oneDNN has none in float64).</summary>
internal sealed class WholeLayer(LayerShape shape, Tensor weight, Tensor? bias) : ExactLayer(shape, weight, bias)
{
    protected override void Compare(Tensor input, Tensor? gradient, LayerResult result, Func<ArithmeticPart, Deviation> of)
    {
        using var recorded = enable_grad(gradient is not null);
        var leaf = Weight.detach().requires_grad_(gradient is not null);
        var (byWeight, byBias) = (zeros_like(Weight), zeros([Shape.Outputs], dtype: ScalarType.Float64));
        var unfolded = (long)Shape.OutputHeight * Shape.OutputWidth * Shape.Inputs * Shape.Kernel * Shape.Kernel;
        foreach (var (first, count) in Chunks(input.shape[0], unfolded))
        {
            using var scope = NewDisposeScope();
            var x = input.narrow(0, first, count).to(ScalarType.Float64).contiguous().requires_grad_(gradient is not null);
            var y = nn.functional.conv2d(x, leaf, Bias, [Shape.Stride, Shape.Stride], [Shape.Pad, Shape.Pad]);
            of(ArithmeticPart.Output).Add(Rows(result.Output.narrow(0, first, count)), Rows(y.detach()));
            if (gradient is null) continue;
            var g = gradient.narrow(0, first, count).to(ScalarType.Float64).contiguous();
            var gradients = autograd.grad([y], [x, leaf], [g]);
            if (result.Data is { } data) of(ArithmeticPart.DataGradient).Add(Rows(data.narrow(0, first, count)), Rows(gradients[0]));
            _ = byWeight.add_(gradients[1]);
            _ = byBias.add_(g.sum([0, 2, 3]));
        }
        if (result.Weight is { } w) of(ArithmeticPart.WeightGradient).Add(Rows(w.transpose(0, 1)), Rows(byWeight.transpose(0, 1)));
        if (result.Bias is { } b) of(ArithmeticPart.BiasGradient).Add(b.unsqueeze(0), byBias.unsqueeze(0));
    }
}
