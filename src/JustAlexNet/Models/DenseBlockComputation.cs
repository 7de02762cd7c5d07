using JustAlexNet.Models.Layers;
using JustAlexNet.Runtime.Native;
using static TorchSharp.torch;

namespace JustAlexNet.Models;

/// <summary>One pass forward through a dense block, and the backward pass. See <see cref="FusedDenseBlock"/>. Owns no tensors: <see cref="Kept"/> is the graph's.</summary>
internal sealed class DenseBlockComputation<T, TElement>(DenseBlock block, Pass pass, bool keeps) where T : unmanaged where TElement : struct, IElement<T>
{
    private readonly bool training = pass.Training, memoryEfficient = pass.MemoryEfficient;
    private readonly List<Tensor> kept = [];
    private readonly Step[] steps = [.. block.Layers.Select(layer => new Step(layer))];
    private ChannelStatistics? input;       // of every channel of the buffer
    private long count, height, width, rows;
    private bool products;                  // the form of the first convolutions

    /// <summary>What a layer leaves for the backward pass.</summary>
    private sealed class Step(DenseLayer layer)
    {
        public DenseLayer Layer => layer;
        public Affine First = null!, Second = null!;            // normalisations as scale and shift
        public ChannelStatistics Middle = null!;                // of what the first convolution gives
    }

    /// <summary>
    /// What the backward pass needs: the buffer (N, H, W, all channels), then of every layer the result of its first convolution and, unless
    /// memory is saved, its two rectified inputs. They live in the dispose scope that was open.
    /// </summary>
    public IReadOnlyList<Tensor> Kept => kept;

    /// <summary>Where what is kept for the graph is.</summary>
    public GraphTensors Graph => pass.Graph;

    private int KeptPerLayer => memoryEfficient ? 1 : 3;

    /// <summary>(N, C, H, W) to (N, all channels, H, W); the caller disposes the result.</summary>
    public Tensor Forward(Tensor picture)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var channels = (int)picture.shape[1];
        (count, height, width) = (picture.shape[0], picture.shape[2], picture.shape[3]);
        rows = count * height * width;
        products = PointwiseConvolution.IsProduct(picture, 1, pass);
        var all = channels + steps.Sum(step => step.Layer.Growth);
        var buffer = New(all);
        if (keeps) kept.Add(buffer);
        var view = buffer.permute(0, 3, 1, 2);
        _ = view.narrow(1, 0, channels).copy_(picture);
        input = new ChannelStatistics(all);
        if (training) input.Measure<T, TElement>(Matrix(buffer), rows, 0, channels);
        foreach (var step in steps)
        {
            using var inner = NewDisposeScope();
            var grown = Forward(step, buffer, channels);
            _ = view.narrow(1, channels, step.Layer.Growth).copy_(grown);
            if (training) input.Measure<T, TElement>(Matrix(buffer), rows, channels, step.Layer.Growth);
            channels += step.Layer.Growth;
        }
        foreach (var tensor in kept) _ = tensor.MoveToOuterDisposeScope();
        return view.MoveToOuterDisposeScope();
    }

    /// <summary>Adds the gradients of the parameters to theirs.</summary>
    /// <param name="gradient">Of the result, (N, all channels, H, W). Stays the caller's.</param>
    /// <param name="saved">The tensors of <see cref="Kept"/>, in order. They stay the caller's.</param>
    /// <returns>The gradient of the input; the caller disposes it.</returns>
    public Tensor Backward(Tensor gradient, IReadOnlyList<Tensor> saved)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var all = (int)gradient.shape[1];
        var sums = New(all);        // the gradient of every channel, as far as later layers have been seen
        _ = sums.permute(0, 3, 1, 2).copy_(gradient);
        var (level, tilt) = (new float[all], new float[all]);
        var (buffer, channels) = (saved[0], all);
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            using var inner = NewDisposeScope();
            channels -= steps[i].Layer.Growth;
            var grown = Settled(sums, buffer, channels, steps[i].Layer.Growth, level, tilt);
            Backward(steps[i], [.. saved.Skip(1 + i * KeptPerLayer).Take(KeptPerLayer)], buffer, channels, grown, sums, level, tilt);
        }
        return Picture(Settled(sums, buffer, 0, channels, level, tilt)).MoveToOuterDisposeScope();
    }

    private Tensor Forward(Step step, Tensor buffer, int channels)
    {
        var layer = step.Layer;
        step.First = training ? input!.Apply(layer.Norm1, channels, rows) : ChannelStatistics.Running(layer.Norm1);
        var first = Rectified(Matrix(buffer), channels, step.First);
        var convolved = Dense(products ? PointwiseConvolution.Apply(Picture(first), Lowered(layer.Conv1.Weight), null, 1) : nn.functional.conv2d(Picture(first), Lowered(layer.Conv1.Weight)));
        var middle = layer.Norm2.Channels;
        step.Middle = new ChannelStatistics(middle);
        if (training) step.Middle.Measure<T, TElement>(Matrix(convolved), rows, 0, middle);
        step.Second = training ? step.Middle.Apply(layer.Norm2, middle, rows) : ChannelStatistics.Running(layer.Norm2);
        var second = Rectified(Matrix(convolved), middle, step.Second);
        if (keeps)
            foreach (var tensor in memoryEfficient ? [convolved] : new[] { convolved, first, second }) kept.Add(tensor.MoveToOuterDisposeScope());
        return nn.functional.conv2d(Picture(second), Lowered(layer.Conv2.Weight), padding: [1, 1]);
    }

    private void Backward(Step step, Tensor[] saved, Tensor buffer, int channels, Tensor grown, Tensor sums, float[] level, float[] tilt)
    {
        var (layer, convolved) = (step.Layer, saved[0]);
        var second = memoryEfficient ? Rectified(Matrix(convolved), layer.Norm2.Channels, step.Second) : saved[2];
        var (toSecond, weight2) = ConvolutionGradient.Of(Picture(grown), Picture(second), Lowered(layer.Conv2.Weight), pad: 1);
        var dense = Dense(toSecond);
        var (scale2, shift2) = step.Middle.Backward<T, TElement>(Matrix(convolved), Matrix(dense), Matrix(dense), step.Second, layer.Norm2.Channels, rows);

        var first = memoryEfficient ? Rectified(Matrix(buffer), channels, step.First) : saved[1];
        var (toFirst, weight1) = products ? PointwiseConvolution.Gradient(Picture(dense), Picture(first), Lowered(layer.Conv1.Weight))
            : ConvolutionGradient.Of(Picture(dense), Picture(first), Lowered(layer.Conv1.Weight), pad: 0);
        var (scale1, shift1) = input!.BackwardInto<T, TElement>(Matrix(buffer), Matrix(Dense(toFirst)), Matrix(sums), step.First, channels, rows, level, tilt);
        Fusion.Accumulate(layer.Norm1.Scale, scale1);
        Fusion.Accumulate(layer.Norm1.Shift, shift1);
        Fusion.Accumulate(layer.Conv1.Weight, weight1);
        Fusion.Accumulate(layer.Norm2.Scale, scale2);
        Fusion.Accumulate(layer.Norm2.Shift, shift2);
        Fusion.Accumulate(layer.Conv2.Weight, weight2);
    }

    // The gradient of some neighbouring channels, complete: (N, H, W, number).
    private Tensor Settled(Tensor sums, Tensor buffer, int first, int number, float[] level, float[] tilt)
    {
        var settled = New(number);
        var mean = input!.Centre(first, number);
        NormalisationKernels<T, TElement>.Settle(
            Matrix(sums).From<T>(first), Matrix(buffer).From<T>(first), Matrix(settled), rows, number, null, mean, level[first..(first + number)], tilt[first..(first + number)]);
        return settled;
    }

    private Tensor Rectified(ChannelMatrix x, int channels, Affine by)
    {
        var result = New(channels);
        NormalisationKernels<T, TElement>.Rectified(x, Matrix(result), rows, channels, by.Scale, by.Shift);
        return result;
    }

    private Tensor New(int channels) => empty(count, height, width, channels, dtype: TElement.Type);

    private static Tensor Lowered(Tensor weight) => weight.dtype == TElement.Type ? weight.alias() : weight.to(TElement.Type);

    private static Tensor Picture(Tensor rows) => rows.permute(0, 3, 1, 2);

    // (N, C, H, W) in any order of memory to (N, H, W, C) in this one.
    private static Tensor Dense(Tensor picture) => picture.permute(0, 2, 3, 1).contiguous();

    private static ChannelMatrix Matrix(Tensor rows) => ChannelMatrix.Of(rows);
}
