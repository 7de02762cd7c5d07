namespace JustAlexNet.Campaigns.Kills;

/// <summary>When a run is killed.</summary>
/// <param name="Kind">What is waited for.</param>
/// <param name="Nth">Which checkpoint, from 1.</param>
/// <param name="Delay">How long after that.</param>
internal sealed record KillMoment(KillKind Kind, int Nth, TimeSpan Delay)
{
    /// <summary>Half of them at any time of the run, a third while a checkpoint is being written, the rest just after one has its name: when the others get theirs, and the tables follow.</summary>
    /// <param name="random">The case's.</param>
    /// <param name="whole">What a run takes that is not killed.</param>
    public static KillMoment Draw(Random random, WholeRun whole)
    {
        var (kind, nth, share) = (random.Next(6), random.Next(1, Math.Max(2, whole.Checkpoints)), random.NextDouble());
        return kind switch
        {
            < 3 => new(KillKind.AnyTime, 0, TimeSpan.FromSeconds(share * whole.Seconds)),
            < 5 => new(KillKind.Writing, nth, TimeSpan.FromMilliseconds(200 * share * share)),
            _ => new(KillKind.Renaming, nth, TimeSpan.FromMilliseconds(20 * share * share)),
        };
    }

    /// <summary>Kills the command then, unless it has ended.</summary>
    /// <returns>Whether it was killed.</returns>
    public bool Execute(CommandRun command, FolderWatch watch)
    {
        var isMet = Kind switch
        {
            KillKind.Writing => watch.WaitUntil(folder => folder.Begun >= Nth, command),
            KillKind.Renaming => watch.WaitUntil(folder => folder.Ended >= Nth, command),
            _ => true,
        };
        return isMet && !command.EndsWithin(Delay) && command.Kill();
    }
}

/// <summary>What a kill waits for.</summary>
internal enum KillKind
{
    /// <summary>Nothing: a time since the start.</summary>
    AnyTime,

    /// <summary>The writing of a checkpoint to begin.</summary>
    Writing,

    /// <summary>A checkpoint to take its name.</summary>
    Renaming,
}
