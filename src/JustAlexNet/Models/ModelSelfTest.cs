using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Models;

/// <summary>Runs a network on random pictures: shapes, parameters, time.</summary>
/// <param name="Stages">Shapes of the input, of every named part of the network, and of the logits.</param>
/// <param name="Parameters">Number of values that learn, with the number of classes asked for.</param>
/// <param name="ForwardMilliseconds">Median time of an evaluation pass over the batch.</param>
/// <param name="TrainingMilliseconds">Median time of a training pass, forward and backward.</param>
public sealed record ModelSelfTest(IReadOnlyList<KeyValuePair<string, IReadOnlyList<long>>> Stages, long Parameters, double ForwardMilliseconds, double TrainingMilliseconds)
{
    /// <summary>Builds the network with random weights, runs it, checks shape and finiteness of what comes out.</summary>
    /// <param name="variant">Which network.</param>
    /// <param name="classes">Number of classes, 1 or more.</param>
    /// <param name="batchSize">Pictures at once, 1 or more.</param>
    /// <param name="side">Picture side in pixels.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="clock">Null takes the system's.</param>
    /// <exception cref="RuntimeException">A result has the wrong shape or is not finite.</exception>
    /// <exception cref="ArgumentException">The side is too small for the network.</exception>
    public static ModelSelfTest Run(ModelVariant variant, int classes, int batchSize, int side, ComputeDevice device, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(variant);
        ArgumentNullException.ThrowIfNull(device);
        clock ??= TimeProvider.System;
        using var network = variant.Create(classes);
        network.MoveTo(device);
        using var generator = new Generator(0);
        using var plain = empty([batchSize, 3, side, side]).uniform_(0, 1, generator);       // not rand, of which TorchSharp 0.107 gives a null pointer where memory is missing
        using var moved = plain.to(device.Torch);
        using var pictures = Layout.ChannelsLast(moved);
        var stages = network.Trace(pictures).Where(stage => stage.Key.Count(c => c == '.') <= 1);
        var input = KeyValuePair.Create<string, IReadOnlyList<long>>("input", pictures.shape);
        var forward = Median(clock, () => Forward(network, pictures, classes));
        var training = Median(clock, () => ForwardAndBackward(network, pictures));
        return new ModelSelfTest([input, .. stages], network.ParameterCount, forward, training);
    }

    private static void Forward(Network network, Tensor pictures, int classes)
    {
        using var quiet = no_grad();
        using var logits = network.Forward(pictures);
        if (!logits.shape.SequenceEqual([pictures.shape[0], classes]))
            throw new RuntimeException($"{network.Name} gave the shape ({string.Join(", ", logits.shape)}), expected ({pictures.shape[0]}, {classes}).");
        using var finite = logits.isfinite();
        using var all = finite.all();
        if (!all.item<bool>()) throw new RuntimeException($"{network.Name} gave values that are not finite.");
    }

    private static void ForwardAndBackward(Network network, Tensor pictures)
    {
        using var scope = NewDisposeScope();
        var labels = zeros([pictures.shape[0]], dtype: ScalarType.Int64, device: pictures.device);
        nn.functional.cross_entropy(network.Forward(pictures, training: true), labels).backward();
        foreach (var (_, parameter) in network.Parameters) parameter.grad = null;
    }

    private static double Median(TimeProvider clock, Action pass)
    {
        pass();
        var times = new double[3];
        for (var i = 0; i < times.Length; i++)
        {
            var begun = clock.GetTimestamp();
            pass();
            times[i] = clock.GetElapsedTime(begun).TotalMilliseconds;
        }
        Array.Sort(times);
        return times[1];
    }
}
