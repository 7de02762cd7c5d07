using static TorchSharp.torch;

namespace JustAlexNet.Diagnosis;

/// <summary>A layer by samples, straight from the definition of a convolution: seconds for a whole network where <see cref="WholeLayer"/> takes minutes.</summary>
/// <remarks>
/// <para>Result and gradient by the input are compared at <see cref="Places"/> pixels of the batch, the first and the last among them, in all channels. The gradient by the weight is
/// compared in <see cref="Columns"/> elements of every output channel, and in one of every pair of an input channel and <see cref="Columns"/> output channels.</para>
/// <para>y[n, :, i, j] = b + sum of w[:, c, u, v] x[n, c, i s + u - p, j s + v - p].</para>
/// </remarks>
internal sealed class SampledLayer(LayerShape shape, Tensor weight, Tensor? bias) : ExactLayer(shape, weight, bias)
{
    /// <summary>Pixels of a batch.</summary>
    public const int Places = 16;

    /// <summary>Elements of the weight's gradient a channel.</summary>
    public const int Columns = 8;

    private const double GoldenRatio = 0.6180339887498949;

    private readonly Tensor forward = weight.reshape(shape.Outputs, -1).t(), back = weight.permute(0, 2, 3, 1).reshape(-1, shape.Inputs);

    protected override void Compare(Tensor input, Tensor? gradient, LayerResult result, Func<ArithmeticPart, Deviation> of)
    {
        var here = Sample(input.shape[0], Shape.OutputHeight, Shape.OutputWidth);
        var exact = stack([.. here.Select(place => Window(input, place))]).matmul(forward);
        of(ArithmeticPart.Output).Add(At(result.Output, here), Bias is null ? exact : exact.add(Bias));
        if (gradient is null) return;
        if (result.Data is { } data)
        {
            var there = Sample(input.shape[0], Shape.Height, Shape.Width);
            of(ArithmeticPart.DataGradient).Add(At(data, there), stack([.. there.Select(place => Reached(gradient, place))]).matmul(back));
        }
        if (result.Weight is { } w) CompareWeight(input, gradient, w, result.Bias, of);
    }

    /// <summary>Places spread over all, the first and the last among them; all of them where there are few.</summary>
    internal static IReadOnlyList<long> Spread(long all, int number) =>
        all <= number ? [.. Enumerable.Range(0, (int)all).Select(i => (long)i)]
            : [.. Enumerable.Range(1, number - 2).Select(i => (long)(i * GoldenRatio % 1 * all)).Append(0).Append(all - 1).Distinct().Order()];

    private static List<(long Picture, long Row, long Column)> Sample(long pictures, long height, long width) =>
        [.. Spread(pictures * height * width, Places).Select(i => (i / (height * width), i / width % height, i % width))];

    private static Tensor At(Tensor value, IEnumerable<(long Picture, long Row, long Column)> places) => stack([.. places.Select(p => value[p.Picture, .., p.Row, p.Column])]);

    // What one pixel of the result is made of: (C k k).
    private Tensor Window(Tensor input, (long Picture, long Row, long Column) at)
    {
        var window = zeros([Shape.Inputs, Shape.Kernel, Shape.Kernel], dtype: ScalarType.Float64);
        var (top, left) = (at.Row * Shape.Stride - Shape.Pad, at.Column * Shape.Stride - Shape.Pad);
        var (row, height) = Inside(top, Shape.Height);
        var (column, width) = Inside(left, Shape.Width);
        if (height > 0 && width > 0)
            _ = window.narrow(1, row - top, height).narrow(2, column - left, width).copy_(input[at.Picture].narrow(1, row, height).narrow(2, column, width));
        return window.flatten();
    }

    private (long First, long Count) Inside(long begin, long size)
    {
        var first = Math.Max(0, begin);
        return (first, Math.Min(size, begin + Shape.Kernel) - first);
    }

    // What one pixel of the input went into, by the gradient there: (K k k).
    private Tensor Reached(Tensor gradient, (long Picture, long Row, long Column) at)
    {
        var reached = zeros([Shape.Outputs, Shape.Kernel, Shape.Kernel], dtype: ScalarType.Float64);
        for (var u = 0; u < Shape.Kernel; u++)
            for (var v = 0; v < Shape.Kernel; v++)
                if (Place(at.Row, u, Shape.OutputHeight) is { } row && Place(at.Column, v, Shape.OutputWidth) is { } column)
                    _ = reached[.., u, v].copy_(gradient[at.Picture, .., row, column]);
        return reached.flatten();
    }

    private long? Place(long pixel, int tap, int size)
    {
        var shifted = pixel + Shape.Pad - tap;
        return shifted >= 0 && shifted % Shape.Stride == 0 && shifted / Shape.Stride < size ? shifted / Shape.Stride : null;
    }

    private void CompareWeight(Tensor input, Tensor gradient, Tensor weight, Tensor? bias, Func<ArithmeticPart, Deviation> of)
    {
        var taps = Shape.Kernel * Shape.Kernel;
        var columns = Spread((long)Shape.Inputs * taps, Columns).Select(i => (Channel: i / taps, Row: i % taps / Shape.Kernel, Column: i % Shape.Kernel)).ToList();
        var few = Spread(Shape.Outputs, Columns);
        var chosen = tensor(few.ToArray());
        var byColumn = zeros([columns.Count, Shape.Outputs], dtype: ScalarType.Float64);
        var byRow = zeros([Shape.Inputs, few.Count], dtype: ScalarType.Float64);
        var byBias = zeros([1, Shape.Outputs], dtype: ScalarType.Float64);
        var pixels = (long)Shape.OutputHeight * Shape.OutputWidth;
        foreach (var (first, count) in Chunks(input.shape[0], pixels * (Shape.Outputs + Shape.Inputs)))
        {
            using var scope = NewDisposeScope();
            var x = input.narrow(0, first, count);
            var g = Rows(gradient.narrow(0, first, count)).to(ScalarType.Float64);
            _ = byColumn.add_(stack([.. columns.Select(column => Shifted(x.narrow(1, column.Channel, 1), column.Row, column.Column).flatten())]).matmul(g));
            _ = byRow.add_(Rows(Shifted(x, Shape.Pad, Shape.Pad)).t().matmul(g.index_select(1, chosen)));
            if (bias is not null) _ = byBias.add_(g.sum(0, keepdim: true));
        }
        of(ArithmeticPart.WeightGradient).Add(stack([.. columns.Select(column => weight[.., column.Channel, column.Row, column.Column])]), byColumn);
        of(ArithmeticPart.WeightGradient).Add(weight[.., .., Shape.Pad, Shape.Pad].index_select(0, chosen).t(), byRow, [.. few.Select(channel => (int)channel)]);
        if (bias is not null) of(ArithmeticPart.BiasGradient).Add(bias.unsqueeze(0), byBias);
    }

    // The input as one tap of the window sees it: (N, channels, H', W') in float64, zero outside.
    private Tensor Shifted(Tensor input, long row, long column)
    {
        var seen = zeros([input.shape[0], Shape.OutputHeight, Shape.OutputWidth, input.shape[1]], dtype: ScalarType.Float64).permute(0, 3, 1, 2);
        var (fromRow, toRow) = Span(row, Shape.Height, Shape.OutputHeight);
        var (fromColumn, toColumn) = Span(column, Shape.Width, Shape.OutputWidth);
        if (toRow <= fromRow || toColumn <= fromColumn) return seen;
        var (top, left) = (fromRow * Shape.Stride + row - Shape.Pad, fromColumn * Shape.Stride + column - Shape.Pad);
        var part = input.slice(2, top, top + (toRow - fromRow - 1) * Shape.Stride + 1, Shape.Stride).slice(3, left, left + (toColumn - fromColumn - 1) * Shape.Stride + 1, Shape.Stride);
        _ = seen.narrow(2, fromRow, toRow - fromRow).narrow(3, fromColumn, toColumn - fromColumn).copy_(part);
        return seen;
    }

    // The places of the result for which a tap stands on the input: from the first to below the second.
    private (long From, long To) Span(long tap, int size, int places)
    {
        var offset = tap - Shape.Pad;       // pixel = place x stride + offset
        return (offset >= 0 ? 0 : (-offset + Shape.Stride - 1) / Shape.Stride, Math.Min(places, offset >= size ? 0 : (size - 1 - offset) / Shape.Stride + 1));
    }
}
