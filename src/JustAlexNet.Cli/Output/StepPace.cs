using JustAlexNet.Imaging;
using JustAlexNet.Training;

namespace JustAlexNet.Cli.Output;

/// <summary>Says how long an epoch takes as soon as twenty steps of it are measured; the first step is left out, since it prepares what the others find. Where an epoch has fewer, its own line says it soon enough.</summary>
internal sealed class StepPace(TimeProvider clock)
{
    private const int Measured = 20;

    private TrainingPosition? first;
    private long begun;
    private bool isSaid;

    /// <summary>A step is done.</summary>
    /// <param name="trainer">What learns.</param>
    /// <param name="say">Hears it, once.</param>
    public void Count(Trainer trainer, Action<string> say)
    {
        if (isSaid) return;
        if (first is not { } start)
        {
            (first, begun) = (trainer.Position, clock.GetTimestamp());
            return;
        }
        var steps = trainer.Position.Step - start.Step;
        if (trainer.Position.Epoch == start.Epoch && steps < Measured) return;
        isSaid = true;
        if (trainer.Position.Epoch != start.Epoch || !trainer.LossIsFinite()) return;        // asking waits for the device: what it has still to do counts too
        var step = clock.GetElapsedTime(begun).TotalSeconds / steps;
        var left = step * (trainer.StepsPerEpoch * EpochsLeft(trainer) - trainer.Position.Step);
        say($"time  {Durations.Clock(step * trainer.StepsPerEpoch)} an epoch, {Durations.Rough(left)} left in all, and a little more for validation ({Counted.Of(steps, "step")} measured)");
    }

    /// <summary>Epochs that are left, this one whole, counted in such as this one: a photo costs what its pixels do.</summary>
    public static double EpochsLeft(Trainer trainer)
    {
        var (here, sum) = (trainer.ImageSizeOf(trainer.Position.Epoch), 0.0);
        for (var epoch = trainer.Position.Epoch; epoch < trainer.Options.Epochs; epoch++) sum += Math.Pow((double)trainer.ImageSizeOf(epoch) / here, 2);
        return sum;
    }
}
