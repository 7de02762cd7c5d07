using JustAlexNet.Runtime.Native;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Layers;

/// <summary>pool(relu(bn(x))), in one pass over the memory after that for the statistics; the rectified picture is never written.</summary>
/// <remarks>Kept for the backward pass: x, and the places of the maxima, a byte each.</remarks>
internal static class FusedPooling
{
    /// <summary>The result of the layers together.</summary>
    /// <param name="by">The normalisation.</param>
    /// <param name="pool">The window.</param>
    /// <param name="input">x, (N, C, H, W), for which <see cref="Fusion.Suits"/> holds. Stays the caller's.</param>
    /// <param name="isOwned">Nobody reads x after this: its gradient may be written over it.</param>
    /// <param name="pass">The pass.</param>
    /// <returns>(N, C, H', W') in channels-last memory; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">In training, a channel has a single value.</exception>
    public static Tensor Apply(BatchNormalisation by, MaxPool pool, Tensor input, bool isOwned, Pass pass) =>
        input.dtype == ScalarType.BFloat16 ? Graph<ushort, BFloat16Element>.Of(by, pool, input, isOwned, pass) : Graph<float, Float32Element>.Of(by, pool, input, isOwned, pass);

    private sealed class Graph<T, TElement> : autograd.MultiTensorFunction<Graph<T, TElement>> where T : unmanaged where TElement : struct, IElement<T>
    {
        private const string Saved = "work", Kept = "kept";

        public override string Name => "batch normalisation, rectifier and pooling";

        public static Tensor Of(BatchNormalisation by, MaxPool pool, Tensor input, bool isOwned, Pass pass)
        {
            var work = new Work<T, TElement>(new Normalisation<T, TElement>(by, pass, isOwned), pool, input);
            if (is_grad_enabled() && input.requires_grad) return Fusion.Node(() => apply(input, work));
            using var rows = Fusion.Rows(input);
            using var result = work.Forward(rows, places: null);
            return Fusion.Pictures(result);
        }

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var work = (Work<T, TElement>)vars[1];
            var rows = Fusion.Rows((Tensor)vars[0]);
            var places = work.NewPlaces();
            using var result = work.Forward(rows, places);
            ctx.save_data(Kept, work.Normalisation.Graph.Keep(places, rows));
            ctx.save_data(Saved, work);
            return [Fusion.Pictures(result)];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            using var scope = NewDisposeScope();
            using var above = grad_outputs[0];
            var work = (Work<T, TElement>)ctx.get_data(Saved);
            work.Normalisation.Graph.ForgetGiven();
            using var quiet = no_grad();
            var kept = (Tensor[])ctx.get_data(Kept);
            var result = work.Backward(Fusion.Rows(above), places: kept[0], rows: kept[1]);
            var given = work.Normalisation.Graph.Give(Fusion.Pictures(result));
            work.Normalisation.Graph.Free(kept);
            return [.. given, null!];        // the work has no gradient
        }
    }

    /// <summary>The layers over pictures of one shape.</summary>
    private sealed unsafe class Work<T, TElement>(Normalisation<T, TElement> normalisation, MaxPool pool, Tensor input) where T : unmanaged where TElement : struct, IElement<T>
    {
        private readonly long pictures = input.shape[0];
        private readonly int channels = (int)input.shape[1];
        private readonly PoolingWindow window = new(pool.Kernel, pool.Stride, pool.Pad, input.shape[2], input.shape[3]);

        public Normalisation<T, TElement> Normalisation => normalisation;

        public Tensor NewPlaces() => empty(pictures, window.ResultHeight, window.ResultWidth, channels, dtype: ScalarType.Byte);

        public Tensor Forward(Tensor rows, Tensor? places)
        {
            normalisation.Take(rows);
            var result = empty(pictures, window.ResultHeight, window.ResultWidth, channels, dtype: TElement.Type);
            PoolingKernels<T, TElement>.Forward(
                ChannelMatrix.Of(rows), ChannelMatrix.Of(result), places is null ? null : (byte*)Memory.Of(places), pictures, channels, window, normalisation.Line.Scale, normalisation.Line.Shift);
            return result;
        }

        public Tensor Backward(Tensor gradient, Tensor places, Tensor rows)
        {
            var (from, at) = (ChannelMatrix.Of(gradient), (nint)Memory.Of(places));
            var result = normalisation.Target(rows);
            var x = ChannelMatrix.Of(rows);
            var sums = PoolingKernels<T, TElement>.Sums(x, from, (byte*)at, pictures, channels, window, normalisation.Centre);
            var (level, tilt) = normalisation.Statistics.Terms(normalisation.Line, sums.AsSpan(0, channels), sums.AsSpan(channels), rows.numel() / channels, normalisation.IsConstant);
            PoolingKernels<T, TElement>.Backward(x, from, (byte*)at, ChannelMatrix.Of(result), pictures, channels, window, normalisation.Line.Scale, normalisation.Centre, level, tilt);
            var (scale, shift) = normalisation.Statistics.Parameters(sums.AsSpan(0, channels), sums.AsSpan(channels));
            normalisation.Accumulate(scale, shift);
            return result;
        }
    }
}
