using JustAlexNet.Runs;

namespace JustAlexNet.Campaigns.Kills;

/// <summary>Looks at a run's folder every millisecond: whether <c>latest_model.pth</c> is always there once it was, and which checkpoints are being written.</summary>
internal sealed class FolderWatch : IDisposable
{
    private readonly RunFolder folder;
    private readonly HashSet<string> begun = [];
    private readonly Thread thread;
    private volatile bool isOver;
    private volatile int count, ended;

    /// <param name="folder">Need not be there yet.</param>
    public FolderWatch(RunFolder folder)
    {
        this.folder = folder;
        HadLatest = File.Exists(folder.Latest);
        thread = new Thread(Look) { IsBackground = true, Name = "folder watch" };
        thread.Start();
    }

    /// <summary>Checkpoints whose writing has begun.</summary>
    public int Begun => count;

    /// <summary>Those of them that are not being written any more.</summary>
    public int Ended => ended;

    /// <summary>Whether there was a <c>latest_model.pth</c> at some moment.</summary>
    public bool HadLatest { get; private set; }

    /// <summary>How often it was missing after that.</summary>
    public int Missing { get; private set; }

    /// <summary>Checkpoints of a folder that are half written at this moment.</summary>
    public static string[] AttemptsIn(string folder)
    {
        try
        {
            return Directory.GetFiles(folder, "*.pth.*.justalexnet-attempt");
        }
        catch (DirectoryNotFoundException)
        {
            return [];      // not yet, or not any more: a run that is refused leaves none
        }
    }

    /// <summary>Waits until something holds or the command has ended.</summary>
    /// <returns>Whether it holds.</returns>
    public bool WaitUntil(Func<FolderWatch, bool> holds, CommandRun command)
    {
        while (!holds(this))
        {
            if (command.HasEnded) return false;
            Thread.Sleep(1);
        }
        return true;
    }

    public void Dispose()
    {
        isOver = true;
        thread.Join();
    }

    private void Look()
    {
        while (!isOver)
        {
            var there = AttemptsIn(folder.Folder);
            begun.UnionWith(there);
            ended = begun.Count - there.Length;
            count = begun.Count;
            var isThere = File.Exists(folder.Latest);
            if (HadLatest && !isThere) Missing++;
            HadLatest |= isThere;
            Thread.Sleep(1);
        }
    }
}
