using JustAlexNet.Campaigns.Kills;

namespace JustAlexNet.Campaigns.Disks;

/// <summary>Something that a disk does to a run. Disposing it takes away what it made.</summary>
internal abstract class DiskFault : IDisposable
{
    /// <summary>In few words, as it is counted.</summary>
    public abstract string Kind { get; }

    /// <summary>With the numbers of this case, as it is reported.</summary>
    public virtual string Details => Kind;

    /// <summary>Words before the command.</summary>
    public virtual string[] Before => [];

    /// <summary>Where the run's folder is to stand.</summary>
    public abstract string Place { get; }

    /// <summary>What happens while the run goes on; returns when the command has ended, or when all has happened.</summary>
    public virtual void Happen(CommandRun command, FolderWatch watch)
    {
    }

    /// <summary>The disk is well again.</summary>
    /// <exception cref="InvalidOperationException">The system does not do what it did before.</exception>
    public abstract void Lift();

    public virtual void Dispose()
    {
    }
}
