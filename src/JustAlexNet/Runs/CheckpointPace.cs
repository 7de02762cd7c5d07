using JustAlexNet.Training;

namespace JustAlexNet.Runs;

/// <summary>When a run is to be saved: as often as was asked for, and after a save that failed again and again, at growing intervals.</summary>
/// <param name="every">How often.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class CheckpointPace(CheckpointInterval every, TimeProvider clock)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(15), LongestRetry = TimeSpan.FromMinutes(10);

    private long begun = clock.GetTimestamp(), updates;
    private TimeSpan? retry;

    /// <summary>The state after so many updates of the weights is being saved, or is where the run begins.</summary>
    public void Begin(long after) => (begun, updates) = (clock.GetTimestamp(), after);

    /// <summary>What became of it. What could not be saved is tried again after 15 seconds, then after twice as long each time, up to ten minutes.</summary>
    public void End(bool isSaved) => retry = isSaved ? null : retry is { } last ? TimeSpan.FromTicks(Math.Min(2 * last.Ticks, LongestRetry.Ticks)) : FirstRetry;

    /// <summary>Whether the state after so many updates is to be saved.</summary>
    public bool IsDueAfterStep(long after)
    {
        var since = clock.GetElapsedTime(begun);
        return retry is null ? since >= every.Time || after / every.Steps > updates / every.Steps : since >= retry;
    }

    /// <summary>Whether it is where it ends so many epochs.</summary>
    public bool IsDueAfterEpoch(int epochs, long after) => epochs % every.Epochs == 0 || IsDueAfterStep(after);
}
