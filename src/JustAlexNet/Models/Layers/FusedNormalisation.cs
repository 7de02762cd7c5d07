using JustAlexNet.Runtime.Native;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Layers;

/// <summary>relu(bn(x)) and relu(bn(x) + z), z normalised likewise or not, in one pass over the memory after that for the statistics; as few in the backward pass.</summary>
/// <remarks>Kept for the backward pass: x, and with z the result too. Statistics and sums are float32 and wider, whatever x is.</remarks>
internal static class FusedNormalisation
{
    private const string First = "normalisation", Second = "normalisation of what is added", Kept = "kept";

    /// <summary>Whether the graph of gradients can have it as one function: x has a gradient if a parameter learns.</summary>
    public static bool Suits(BatchNormalisation by, Tensor input) => !is_grad_enabled() || input.requires_grad || !(by.Scale.requires_grad || by.Shift.requires_grad);

    /// <summary>relu(bn(x)).</summary>
    /// <param name="by">The normalisation.</param>
    /// <param name="input">x, (N, C, H, W), for which <see cref="Fusion.Suits"/> holds. Stays the caller's.</param>
    /// <param name="isOwned">Nobody reads x after this: its gradient may be written over it.</param>
    /// <param name="pass">The pass.</param>
    /// <returns>(N, C, H, W) in channels-last memory; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">In training, a channel has a single value.</exception>
    public static Tensor Apply(BatchNormalisation by, Tensor input, bool isOwned, Pass pass) =>
        input.dtype == ScalarType.BFloat16 ? Rectified<ushort, BFloat16Element>.Of(new(by, pass, isOwned), input) : Rectified<float, Float32Element>.Of(new(by, pass, isOwned), input);

    /// <summary>relu(bn(x) + z), or relu(bn(x) + bn(z)).</summary>
    /// <param name="by">The normalisation of x.</param>
    /// <param name="input">x, (N, C, H, W), for which <see cref="Fusion.Suits"/> holds: a convolution's result, over which its gradient is written. Stays the caller's.</param>
    /// <param name="added">z, of the same shape and dtype. Stays the caller's.</param>
    /// <param name="addedBy">The normalisation of z, a convolution's result as well; null: none.</param>
    /// <param name="pass">The pass.</param>
    /// <returns>(N, C, H, W) in channels-last memory; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">In training, a channel has a single value.</exception>
    public static Tensor Apply(BatchNormalisation by, Tensor input, Tensor added, BatchNormalisation? addedBy, Pass pass) =>
        input.dtype == ScalarType.BFloat16 ? RectifiedSum<ushort, BFloat16Element>.Of(by, input, added, addedBy, pass) : RectifiedSum<float, Float32Element>.Of(by, input, added, addedBy, pass);

    private sealed class Rectified<T, TElement> : autograd.MultiTensorFunction<Rectified<T, TElement>> where T : unmanaged where TElement : struct, IElement<T>
    {
        public override string Name => "batch normalisation and rectifier";

        public static Tensor Of(Normalisation<T, TElement> normalisation, Tensor input)
        {
            if (is_grad_enabled() && input.requires_grad) return Fusion.Node(() => apply(input, normalisation));
            using var rows = Fusion.Rows(input);
            return Forward(normalisation, rows);
        }

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var normalisation = (Normalisation<T, TElement>)vars[1];
            var rows = Fusion.Rows((Tensor)vars[0]);
            ctx.save_data(First, normalisation);
            ctx.save_data(Kept, normalisation.Graph.Keep(rows));
            return [Forward(normalisation, rows)];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            using var scope = NewDisposeScope();
            using var above = grad_outputs[0];
            var normalisation = (Normalisation<T, TElement>)ctx.get_data(First);
            normalisation.Graph.ForgetGiven();
            var kept = (Tensor[])ctx.get_data(Kept);
            var rows = kept[0];
            using var quiet = no_grad();
            var gradient = Fusion.Rows(above);
            var result = normalisation.Target(rows);
            var (scale, shift) = normalisation.Statistics.Backward<T, TElement>(
                ChannelMatrix.Of(rows), ChannelMatrix.Of(gradient), ChannelMatrix.Of(result), normalisation.Line, normalisation.Channels, rows.numel() / normalisation.Channels, normalisation.IsConstant);
            normalisation.Accumulate(scale, shift);
            var given = normalisation.Graph.Give(Fusion.Pictures(result));
            normalisation.Graph.Free(kept);
            return [.. given, null!];     // the normalisation has no gradient
        }

        private static Tensor Forward(Normalisation<T, TElement> normalisation, Tensor rows)
        {
            normalisation.Take(rows);
            using var result = empty_like(rows, requires_grad: false);
            NormalisationKernels<T, TElement>.Rectified(
                ChannelMatrix.Of(rows), ChannelMatrix.Of(result), rows.numel() / normalisation.Channels, normalisation.Channels, normalisation.Line.Scale, normalisation.Line.Shift);
            return Fusion.Pictures(result);
        }
    }

    private sealed class RectifiedSum<T, TElement> : autograd.MultiTensorFunction<RectifiedSum<T, TElement>> where T : unmanaged where TElement : struct, IElement<T>
    {
        public override string Name => "batch normalisation, addition and rectifier";

        public static Tensor Of(BatchNormalisation by, Tensor input, Tensor added, BatchNormalisation? addedBy, Pass pass)
        {
            var (normalisation, other) = (new Normalisation<T, TElement>(by, pass, isOwned: true), addedBy is null ? null : new Normalisation<T, TElement>(addedBy, pass, isOwned: true));
            if (is_grad_enabled() && input.requires_grad) return Fusion.Node(() => apply(input, added, normalisation, other!));
            using Tensor rows = Fusion.Rows(input), second = Fusion.Rows(added), result = Forward(normalisation, rows, other, second);
            return Fusion.Pictures(result);
        }

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (normalisation, other) = ((Normalisation<T, TElement>)vars[2], (Normalisation<T, TElement>?)vars[3]);
            Tensor rows = Fusion.Rows((Tensor)vars[0]), added = Fusion.Rows((Tensor)vars[1]), result = Forward(normalisation, rows, other, added);
            ctx.save_data(Kept, normalisation.Graph.Keep(other is null ? [rows, result] : [rows, result, added]));
            ctx.save_data(First, normalisation);
            if (other is not null) ctx.save_data(Second, other);
            return [Fusion.Pictures(result)];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            using var scope = NewDisposeScope();
            using var above = grad_outputs[0];
            var kept = (Tensor[])ctx.get_data(Kept);
            var (rows, output, added) = (kept[0], kept[1], kept.Length > 2 ? kept[2] : null);
            var normalisation = (Normalisation<T, TElement>)ctx.get_data(First);
            normalisation.Graph.ForgetGiven();
            var other = added is null ? null : (Normalisation<T, TElement>)ctx.get_data(Second);
            using var quiet = no_grad();
            Tensor dense = Fusion.Rows(above), gradient = empty_like(rows);
            var (channels, number) = (normalisation.Channels, rows.numel() / normalisation.Channels);
            var sums = NormalisationKernels<T, TElement>.SumBackward(
                ChannelMatrix.Of(output), ChannelMatrix.Of(dense), ChannelMatrix.Of(gradient), ChannelMatrix.Of(rows), added is null ? null : ChannelMatrix.Of(added), number, channels,
                normalisation.Centre, other?.Centre);
            var toInput = normalisation.Settle(gradient, rows, sums.AsSpan(0, channels), sums.AsSpan(channels, channels));
            var toAdded = other is null ? gradient : other.Settle(gradient, added!, sums.AsSpan(0, channels), sums.AsSpan(2 * channels));
            var given = normalisation.Graph.Give(Fusion.Pictures(toInput), Fusion.Pictures(toAdded));
            normalisation.Graph.Free(kept);
            return [.. given, null!, null!];
        }

        private static Tensor Forward(Normalisation<T, TElement> normalisation, Tensor rows, Normalisation<T, TElement>? other, Tensor added)
        {
            normalisation.Take(rows);
            other?.Take(added);
            var result = empty_like(rows, requires_grad: false);
            NormalisationKernels<T, TElement>.RectifiedSum(
                ChannelMatrix.Of(rows), ChannelMatrix.Of(added), ChannelMatrix.Of(result), rows.numel() / normalisation.Channels, normalisation.Channels,
                (normalisation.Line.Scale, normalisation.Line.Shift), other is null ? null : (other.Line.Scale, other.Line.Shift));
            return result;
        }
    }
}

/// <summary>One batch normalisation of one batch: its statistics, its line, and what it adds to the gradients.</summary>
internal sealed class Normalisation<T, TElement>(BatchNormalisation by, Pass pass, bool isOwned) where T : unmanaged where TElement : struct, IElement<T>
{
    /// <summary>Number of channels.</summary>
    public int Channels => by.Channels;

    /// <summary>Whether it goes by its running statistics.</summary>
    public bool IsConstant { get; } = !pass.Training || pass.NormalisesByBatch?.Invoke(by.Path) == false;

    /// <summary>Of the batch, or the running ones.</summary>
    public ChannelStatistics Statistics { get; } = new(by.Channels);

    /// <summary>Set by <see cref="Take"/>.</summary>
    public Affine Line { get; private set; } = null!;

    /// <summary>The mean of every channel.</summary>
    public float[] Centre => Statistics.Centre(0, by.Channels);

    /// <summary>Where what is kept for the graph is.</summary>
    public GraphTensors Graph => pass.Graph;

    /// <summary>Takes the statistics of a batch, and records them.</summary>
    /// <param name="rows">(N, H, W, C) in this order of memory.</param>
    public void Take(Tensor rows)
    {
        if (IsConstant)
        {
            Line = Statistics.Recorded(by);
            return;
        }
        by.RequireSeveralValues(rows);
        var number = rows.numel() / by.Channels;
        Statistics.Measure<T, TElement>(ChannelMatrix.Of(rows), number, 0, by.Channels);
        using var quiet = no_grad();
        Line = Statistics.Apply(by, by.Channels, number);
    }

    /// <summary>Where the gradient of its input goes: over the input, where nobody reads that again.</summary>
    public Tensor Target(Tensor rows) => isOwned ? rows : empty_like(rows);

    /// <summary>The gradient of its input by that of its result, and those of its parameters.</summary>
    /// <param name="gradient">(N, H, W, C).</param>
    /// <param name="rows">Its input.</param>
    /// <param name="sums">Of the gradient, a channel each.</param>
    /// <param name="products">Sums of gradient (x - mean).</param>
    public Tensor Settle(Tensor gradient, Tensor rows, ReadOnlySpan<double> sums, ReadOnlySpan<double> products)
    {
        var result = Target(rows);
        var number = rows.numel() / by.Channels;
        var (level, tilt) = Statistics.Terms(Line, sums, products, number, IsConstant);
        NormalisationKernels<T, TElement>.Settle(ChannelMatrix.Of(gradient), ChannelMatrix.Of(rows), ChannelMatrix.Of(result), number, by.Channels, Line.Scale, Centre, level, tilt);
        var (scale, shift) = Statistics.Parameters(sums, products);
        Accumulate(scale, shift);
        return result;
    }

    /// <summary>Adds gradients of gamma and beta to theirs.</summary>
    public void Accumulate(Tensor scale, Tensor shift)
    {
        Fusion.Accumulate(by.Scale, scale);
        Fusion.Accumulate(by.Shift, shift);
    }
}
