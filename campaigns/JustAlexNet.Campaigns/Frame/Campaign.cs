namespace JustAlexNet.Campaigns.Frame;

/// <summary>A long test: numbered cases, each a function of seed and number, each of which ends in a way that is counted.</summary>
internal abstract class Campaign
{
    /// <summary>Its word on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>A sentence: what is done to what, and what must hold.</summary>
    public abstract string About { get; }

    /// <summary>Cases of a full run.</summary>
    public abstract long StandardCount { get; }

    /// <summary>Cases of one line of the results, and of one worker process.</summary>
    public virtual int BlockSize => 500;

    /// <summary>A case that takes more processor time, or thirty times as long without, is a hang.</summary>
    public virtual TimeSpan CaseLimit => TimeSpan.FromSeconds(2);

    /// <summary>Bytes that the worker may have resident.</summary>
    public virtual long MemoryLimit => 1L << 30;

    /// <summary>Whether the cases run in a worker process, which may die. False: they start processes themselves, and run in the supervisor's.</summary>
    public virtual bool OwnProcess => true;

    /// <summary>Makes ready what all cases use, in the process that runs them and before their time counts. By default nothing.</summary>
    public virtual void Begin() { }

    /// <summary>Runs one.</summary>
    /// <param name="context">Its number, its random stream, its folder.</param>
    /// <returns>How it ended. What it throws counts as a fault.</returns>
    public abstract CaseOutcome Run(CaseContext context);
}

/// <summary>What a case is given.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Random">Of seed and number alone.</param>
/// <param name="Folder">For its files, in memory where the system can; emptied after the block, kept where a single case is repeated.</param>
internal sealed record CaseContext(long Index, Random Random, string Folder);

/// <summary>How a case ended.</summary>
/// <param name="Kind">What is counted: <c>decoded</c>, <c>refused, truncated</c>.</param>
/// <param name="Fault">The promise that was broken; null if none was.</param>
internal sealed record CaseOutcome(string Kind, string? Fault = null);
