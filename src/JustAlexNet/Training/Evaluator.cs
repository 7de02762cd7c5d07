using System.Buffers;
using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>Runs a network over labelled pictures and measures it.</summary>
public static class Evaluator
{
    /// <summary>Measures a network in evaluation mode.</summary>
    /// <param name="network">Stays the caller's.</param>
    /// <param name="pictures">A loader that gives pictures in order, without augmentation.</param>
    /// <param name="preprocessing">Gives mean and deviation of the network's input.</param>
    /// <param name="classes">The classes' names, in the order of the labels.</param>
    /// <param name="precision">What the network computes in; logits and everything after them are float32.</param>
    /// <param name="stop">Ends the run between batches.</param>
    /// <exception cref="NotFiniteOutputException">A logit is infinite or not a number.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public static ClassificationReport Run(
        Network network, Loader pictures, Preprocessing preprocessing, IReadOnlyList<string> classes, Precision precision = Precision.Fp32, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(pictures);
        var meter = new ClassificationMeter(classes);
        using var quiet = no_grad();
        foreach (var batch in pictures.Epoch(0))
        {
            stop.ThrowIfCancellationRequested();
            using var done = batch;
            using var scope = NewDisposeScope();
            var logits = Forward(network, batch, preprocessing, precision).cpu().contiguous();
            var count = batch.Count * network.Classes;
            var rented = ArrayPool<float>.Shared.Rent(count);
            logits.data<float>().CopyTo(rented);
            var labels = batch.Labels.data<long>().ToArray().Select(label => (int)label).ToArray();
            meter.AddLogits(rented.AsSpan(0, count), labels);
            ArrayPool<float>.Shared.Return(rented);
        }
        return meter.Report();
    }

    private static Tensor Forward(Network network, Batch batch, Preprocessing preprocessing, Precision precision)
    {
        using var lower = MixedPrecision.Enter(network.Device, precision);
        return network.Forward(NetworkInput.From(batch.Pictures, preprocessing, network.Device, precision)).to(ScalarType.Float32);
    }
}
