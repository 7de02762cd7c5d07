namespace JustAlexNet.Training;

/// <summary>The whole of a schedule among the options of a checkpoint: its name and warm-up, and the shape that no command line names.</summary>
internal static class ScheduleRecord
{
    /// <summary>The entry of <see cref="StepRate.StepEpochs"/>.</summary>
    public const string Step = "schedule_step_epochs";

    /// <summary>The entry of <see cref="CosineRate.FinalShare"/>.</summary>
    public const string Final = "schedule_final_share";

    /// <summary>The entries of a schedule.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Of(LearningRateSchedule schedule) =>
    [
        new("schedule", schedule.Name),
        new("warmup_epochs", schedule.WarmupEpochs),
        new(Step, schedule is StepRate { StepEpochs: { } epochs } ? epochs : "auto"),
        new(Final, schedule is CosineRate cosine ? cosine.FinalShare : 0.0),
    ];

    /// <summary>The schedule that entries describe. A checkpoint that says nothing of the shape is from before any could have another than the default.</summary>
    public static LearningRateSchedule Read(IReadOnlyDictionary<string, object?> recorded, string name, int warmupEpochs) => Schedules.Named(name, warmupEpochs) switch
    {
        StepRate step => step with { StepEpochs = (int?)(recorded.GetValueOrDefault(Step) as long?) },
        CosineRate cosine => cosine with { FinalShare = recorded.GetValueOrDefault(Final) as double? ?? 0 },
        var other => other,
    };
}
