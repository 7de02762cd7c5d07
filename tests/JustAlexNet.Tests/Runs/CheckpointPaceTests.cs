using JustAlexNet.Training;

namespace JustAlexNet.Runs.Tests;

public sealed class CheckpointPaceTests
{
    private readonly Hands clock = new();

    [Fact]
    public void Time_counts_from_the_last_save()
    {
        var pace = Pace(new() { Time = TimeSpan.FromMinutes(10) });
        Assert.Equal([false, true], After(pace, 599, 1));
        pace.Begin(0);
        pace.End(isSaved: true);
        Assert.Equal([false, true], After(pace, 599, 1));
        Assert.True(pace.IsDueAfterEpoch(1, 0));
    }

    [Fact]
    public void Steps_count_from_the_beginning_of_the_run_wherever_it_was_saved()
    {
        var pace = Pace(new() { Steps = 50 });
        pace.Begin(120);        // where a run goes on
        Assert.Equal([false, false, true], new long[] { 121, 149, 150 }.Select(pace.IsDueAfterStep));
        pace.Begin(170);        // a best epoch in between
        Assert.Equal([false, true], new long[] { 199, 200 }.Select(pace.IsDueAfterStep));
    }

    [Fact]
    public void Epochs_are_saved_every_so_many()
    {
        var pace = Pace(new() { Epochs = 2 });
        Assert.Equal([false, true, false, true], Enumerable.Range(1, 4).Select(epoch => pace.IsDueAfterEpoch(epoch, 10 * epoch)));
        Assert.False(pace.IsDueAfterStep(1000));
    }

    [Fact]
    public void What_cannot_be_saved_is_tried_again_at_growing_intervals_until_it_can()
    {
        var pace = Pace(new() { Steps = 1 });
        foreach (var seconds in new[] { 15, 30, 60, 120, 240, 480, 600, 600 })
        {
            pace.Begin(1);
            pace.End(isSaved: false);
            Assert.Equal([false, true], After(pace, seconds - 1, 1));       // however many steps there are
        }
        pace.Begin(1);
        pace.End(isSaved: true);
        Assert.True(pace.IsDueAfterStep(2));
        pace.End(isSaved: false);
        Assert.Equal([false, true], After(pace, 14, 1));
    }

    private CheckpointPace Pace(CheckpointInterval every) => new(every, clock);

    private List<bool> After(CheckpointPace pace, params int[] seconds) => [.. seconds.Select(more =>
    {
        clock.Now += TimeSpan.FromSeconds(more);
        return pace.IsDueAfterStep(1000);
    })];

    private sealed class Hands : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
