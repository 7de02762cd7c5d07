namespace JustAlexNet.Training;

/// <summary>What is said when numbers that learning needs are not finite any more.</summary>
internal static class NotFiniteFault
{
    /// <param name="trainer">Where it stands.</param>
    /// <param name="what">The beginning of the sentence.</param>
    /// <param name="where">What the step's number is called.</param>
    /// <param name="cause">What was caught on the way, if anything.</param>
    public static TrainingException Of(Trainer trainer, string what, string where, Exception? cause = null)
    {
        var (options, position) = (trainer.Options, trainer.Position);
        // What has been saved is known by the finished epochs; a folder that holds some takes no second run unasked.
        var (saved, again) = trainer.Best is null ? ("", "") : ($"; what {(trainer.History.Count == 0 ? "the head alone" : $"epoch {trainer.History.Count}")} left is good", " in another folder or with `overwrite`,");
        var warmup = !trainer.IsFineTuning && options.Schedule is { WarmupEpochs: 0, WarmupSteps: 0 } and not OneCycleRate && options.Epochs > 1 ? $", or with {Schedules.WarmupEpochs} 1" : "";
        return new TrainingException(
            $"{what} (epoch {position.Epoch + 1}, {where} {position.Step} of {trainer.StepsPerEpoch}, learning rate {trainer.LearningRate}).\n" +
            $"Nothing was saved since{saved}. Start again{again} with a smaller {Schedules.LearningRate} (a tenth is a good try){warmup}.", cause);
    }
}
