using JustAlexNet.Models.Layers;
using JustAlexNet.Runtime.Native;
using static TorchSharp.torch;

namespace JustAlexNet.Models;

/// <summary>One pass forward through a dense block, and what it keeps for the way back. See <see cref="FusedDenseBlock"/>.</summary>
internal sealed class DenseBlockComputation<T, TElement>(DenseBlock block, bool training, bool keepForBackward, bool memoryEfficient) : IDisposable
    where T : unmanaged where TElement : struct, IElement<T>
{
    private readonly HashSet<Tensor> kept = new(ReferenceEqualityComparer.Instance);     // Tensor.Equals would compare the values
    private readonly Step[] steps = [.. block.Layers.Select(layer => new Step(layer))];
    private ChannelStatistics? input;       // of every channel of the buffer
    private Tensor? buffer;                 // (N, H, W, all channels)
    private long count, height, width, rows;

    /// <summary>What a layer leaves for the way back; in evaluation mode only while it is computed.</summary>
    private sealed class Step(DenseLayer layer)
    {
        public DenseLayer Layer => layer;
        public Affine First = null!, Second = null!;            // normalisations as scale and shift
        public ChannelStatistics Middle = null!;                // of what the first convolution gives
        public Tensor? Rectified1, Convolved, Rectified2;
    }

    /// <summary>(N, C, H, W) to (N, all channels, H, W); the caller disposes the result.</summary>
    public Tensor Forward(Tensor picture)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var channels = (int)picture.shape[1];
        (count, height, width) = (picture.shape[0], picture.shape[2], picture.shape[3]);
        rows = count * height * width;
        var all = channels + steps.Sum(step => step.Layer.Growth);
        buffer = Keep(New(all));
        var view = buffer.permute(0, 3, 1, 2);
        _ = view.narrow(1, 0, channels).copy_(picture);
        input = new ChannelStatistics(all);
        if (training) input.Measure<T, TElement>(Matrix(buffer), rows, 0, channels);
        foreach (var step in steps)
        {
            using var inner = NewDisposeScope();
            var grown = Forward(step, channels);
            _ = view.narrow(1, channels, step.Layer.Growth).copy_(grown);
            if (training) input.Measure<T, TElement>(Matrix(buffer), rows, channels, step.Layer.Growth);
            channels += step.Layer.Growth;
        }
        return view.MoveToOuterDisposeScope();
    }

    /// <summary>Gradients of the input and of every parameter, in the order norm1, conv1, norm2, conv2 of each layer (weight before bias). The caller disposes them.</summary>
    public IReadOnlyList<Tensor> Backward(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var all = (int)gradient.shape[1];
        var sums = New(all);        // the gradient of every channel, as far as later layers have been seen
        _ = sums.permute(0, 3, 1, 2).copy_(gradient);
        var (level, tilt) = (new float[all], new float[all]);
        var channels = all;
        var parameters = new List<Tensor[]>();
        foreach (var step in steps.Reverse())
        {
            using var inner = NewDisposeScope();
            channels -= step.Layer.Growth;
            var grown = Settled(sums, channels, step.Layer.Growth, level, tilt);
            parameters.Add([.. Backward(step, channels, grown, sums, level, tilt).Select(t => t.MoveToOuterDisposeScope())]);
        }
        parameters.Reverse();
        var inputs = Settled(sums, 0, channels, level, tilt);
        return [inputs.MoveToOuterDisposeScope(), .. parameters.SelectMany(group => group).Select(t => t.MoveToOuterDisposeScope())];
    }

    /// <summary>Frees what was kept.</summary>
    public void Dispose()
    {
        foreach (var tensor in kept) tensor.Dispose();
        kept.Clear();
    }

    private Tensor Forward(Step step, int channels)
    {
        var layer = step.Layer;
        step.First = training ? input!.Apply(layer.Norm1, channels, rows) : ChannelStatistics.Running(layer.Norm1);
        step.Rectified1 = Rectified(Matrix(buffer!), channels, step.First);
        step.Convolved = Dense(nn.functional.conv2d(Picture(step.Rectified1), Lowered(layer.Conv1.Weight)));
        var middle = (int)step.Convolved.shape[3];
        step.Middle = new ChannelStatistics(middle);
        if (training) step.Middle.Measure<T, TElement>(Matrix(step.Convolved), rows, 0, middle);
        step.Second = training ? step.Middle.Apply(layer.Norm2, middle, rows) : ChannelStatistics.Running(layer.Norm2);
        step.Rectified2 = Rectified(Matrix(step.Convolved), middle, step.Second);
        var grown = nn.functional.conv2d(Picture(step.Rectified2), Lowered(layer.Conv2.Weight), padding: [1, 1]);
        if (keepForBackward)
        {
            Keep(step.Convolved);
            if (memoryEfficient) (step.Rectified1, step.Rectified2) = (null, null);
            else
            {
                Keep(step.Rectified1);
                Keep(step.Rectified2);
            }
        }
        return grown;
    }

    private Tensor[] Backward(Step step, int channels, Tensor grown, Tensor sums, float[] level, float[] tilt)
    {
        var middle = (int)step.Convolved!.shape[3];
        var second = step.Rectified2 ?? Rectified(Matrix(step.Convolved), middle, step.Second);
        var (toSecond, weight2) = ConvolutionGradient.Of(Picture(grown), Picture(second), Lowered(step.Layer.Conv2.Weight), pad: 1);
        Free(step.Rectified2);
        var dense = Dense(toSecond);
        var (scale2, shift2) = step.Middle.Backward<T, TElement>(Matrix(step.Convolved), Matrix(dense), step.Second, middle, rows);
        Free(step.Convolved);

        var first = step.Rectified1 ?? Rectified(Matrix(buffer!), channels, step.First);
        var (toFirst, weight1) = ConvolutionGradient.Of(Picture(dense), Picture(first), Lowered(step.Layer.Conv1.Weight), pad: 0);
        Free(step.Rectified1);
        var (scale1, shift1) = input!.BackwardInto<T, TElement>(Matrix(buffer!), Matrix(Dense(toFirst)), Matrix(sums), step.First, channels, rows, level, tilt);
        return [scale1, shift1, weight1.to(ScalarType.Float32), scale2, shift2, weight2.to(ScalarType.Float32)];
    }

    // The gradient of some neighbouring channels, complete: (N, H, W, number).
    private Tensor Settled(Tensor sums, int first, int number, float[] level, float[] tilt)
    {
        var settled = New(number);
        var mean = input!.Centre(first, number);
        NormalisationKernels<T, TElement>.Settle(
            Matrix(sums).From<T>(first), Matrix(buffer!).From<T>(first), Matrix(settled), rows, number, mean, level[first..(first + number)], tilt[first..(first + number)]);
        return first == 0 ? settled.permute(0, 3, 1, 2) : settled;
    }

    private Tensor Rectified(ChannelMatrix x, int channels, Affine by)
    {
        var result = New(channels);
        NormalisationKernels<T, TElement>.Rectified(x, Matrix(result), rows, channels, by.Scale, by.Shift);
        return result;
    }

    private Tensor New(int channels) => empty(count, height, width, channels, dtype: TElement.Type);

    private Tensor Keep(Tensor tensor)
    {
        kept.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    private void Free(Tensor? tensor)
    {
        if (tensor is not null && kept.Remove(tensor)) tensor.Dispose();
    }

    private static Tensor Lowered(Tensor weight) => weight.dtype == TElement.Type ? weight.alias() : weight.to(TElement.Type);

    private static Tensor Picture(Tensor rows) => rows.permute(0, 3, 1, 2);

    // (N, C, H, W) in any order of memory to (N, H, W, C) in this one.
    private static Tensor Dense(Tensor picture) => picture.permute(0, 2, 3, 1).contiguous();

    private static unsafe ChannelMatrix Matrix(Tensor rows) => new((nint)Memory.Of(rows), rows.stride(2));
}
