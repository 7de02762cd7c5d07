using System.Diagnostics;
using System.Globalization;

namespace JustAlexNet.Campaigns.Frame;

/// <summary>Runs a campaign block by block, each in a process of its own, and sees what a case cannot see itself: that its process died, hangs, or takes too much memory.</summary>
internal sealed class Supervisor(Campaign campaign, int seed, Action<string> progress)
{
    private const int MostFaults = 1000, HangFactor = 2, SilenceFactor = 30;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100), Start = TimeSpan.FromMinutes(3);

    /// <summary>Runs cases, those left out that the results have.</summary>
    /// <param name="from">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="results">What is done, and receives what is done now; null: nothing is kept.</param>
    /// <returns>All blocks, earlier ones too.</returns>
    public IReadOnlyList<Block> Run(long from, long count, ResultsFile? results)
    {
        var blocks = new List<Block>();
        var isSingle = count == 1;
        var begin = Stopwatch.GetTimestamp();
        var fresh = 0L;
        for (var at = from; at < from + count; at += campaign.BlockSize)
        {
            var block = new Block(at, Math.Min(campaign.BlockSize, from + count - at));
            if (results?.Find(block.Range) is { } earlier)
            {
                blocks.Add(earlier);
                continue;
            }
            var folder = Folder(isSingle ? at : null);
            try
            {
                Run(block, folder);
            }
            finally
            {
                if (!isSingle) Directory.Delete(folder, recursive: true);
            }
            if (isSingle) progress($"its files stay in {folder}");
            results?.Add(block);
            blocks.Add(block);
            fresh += block.Count;
            var (done, pace) = (at + block.Count - from, fresh / Stopwatch.GetElapsedTime(begin).TotalSeconds);
            progress(string.Create(CultureInfo.InvariantCulture, $"{campaign.Name} {done:N0} of {count:N0}, {pace:0} a second, {(count - done) / pace / 60:0.0} min left{(block.Faults.Count > 0 ? $", {block.Faults.Count} FAULTS" : "")}"));
            if (blocks.Sum(b => b.Faults.Count) is > MostFaults and var faults)
            {
                progress($"{faults} faults are enough: stopped");
                break;
            }
        }
        return blocks;
    }

    private void Run(Block block, string folder)
    {
        var begin = Stopwatch.GetTimestamp();
        if (campaign.OwnProcess)
        {
            for (var next = block.From; next < block.From + block.Count;)
                next = RunInWorker(block, next, folder);
        }
        else
        {
            foreach (var end in CaseRunner.Run(campaign, seed, block.From, block.Count, folder)) Count(block, end);
        }
        block.Seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    /// <summary>Runs cases up to the block's end, or to the one that the worker did not survive.</summary>
    /// <returns>The next one to run.</returns>
    private long RunInWorker(Block block, long next, string folder)
    {
        using var worker = new WorkerProcess(Worker.Words(campaign.Name, seed, next, block.From + block.Count - next, folder));
        var (isReady, since, glanced, used) = (false, Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp(), TimeSpan.Zero);
        while (true)
        {
            if (worker.TryRead(Glance, out var line))
            {
                if (line is null) return Lost(block, next, "crash: " + worker.Ending(), isReady);
                (since, used) = (Stopwatch.GetTimestamp(), worker.ProcessorTime);
                if (line == Worker.Ready) isReady = true;
                else if (line == Worker.Done)
                {
                    Look(block, worker);
                    if (worker.End() is { } ending) block.Faults.Add((next - 1, $"crash: after the last case the worker {ending}"));
                    return next;
                }
                else
                {
                    var end = Worker.Read(line);
                    Count(block, end);
                    next = end.Index + 1;
                }
            }
            else if (Stopwatch.GetElapsedTime(since) is var waited && IsHanging(waited, worker.ProcessorTime - used, isReady))
            {
                worker.Kill();
                return Lost(block, next, string.Create(CultureInfo.InvariantCulture, $"hang: no answer in {waited.TotalSeconds:0} s"), isReady);
            }
            if (Stopwatch.GetElapsedTime(glanced) < Glance) continue;
            glanced = Stopwatch.GetTimestamp();
            if (Look(block, worker) <= campaign.MemoryLimit) continue;
            worker.Kill();
            return Lost(block, next, string.Create(CultureInfo.InvariantCulture, $"memory: {block.PeakBytes / 1e6:0} MB resident, at most {campaign.MemoryLimit / 1e6:0} expected, in this case or one shortly before"), isReady);
        }
    }

    // Busy for longer than a case may be, or silent for so long that a busy machine is no excuse.
    private bool IsHanging(TimeSpan waited, TimeSpan busy, bool isReady) =>
        isReady ? waited > HangFactor * campaign.CaseLimit && (busy > campaign.CaseLimit || waited > SilenceFactor * campaign.CaseLimit) : waited > Start;

    private static long Lost(Block block, long index, string what, bool isReady)
    {
        if (!isReady) throw new InvalidOperationException($"the worker did not start: {what}");
        block.Add(what.Split(':')[0]);
        block.Faults.Add((index, what));
        return index + 1;
    }

    private static long Look(Block block, WorkerProcess worker)
    {
        var peak = worker.PeakBytes;
        block.PeakBytes = Math.Max(block.PeakBytes, peak);
        return peak;
    }

    private void Count(Block block, CaseEnd end)
    {
        block.Add(end.Kind.Replace("; ", ", ", StringComparison.Ordinal));
        if (end.Fault is not null) block.Faults.Add((end.Index, end.Fault));
        if (campaign.OwnProcess && end.Milliseconds > campaign.CaseLimit.TotalMilliseconds)
            block.Faults.Add((end.Index, string.Create(CultureInfo.InvariantCulture, $"hang: took {end.Milliseconds / 1000:0.0} s of processor time")));
    }

    /// <summary>A new folder in memory where the system has such; beside the results where a single case is repeated.</summary>
    private string Folder(long? single)
    {
        if (single is { } index) return Directory.CreateDirectory(Path.Combine(CampaignCommand.Folder, $"{campaign.Name}-{seed}-{index}")).FullName;
        const string Memory = "/dev/shm";
        var parent = campaign.OwnProcess && Directory.Exists(Memory) ? Memory : Path.GetTempPath();
        return Directory.CreateDirectory(Path.Combine(parent, $"justalexnet-{campaign.Name}-{Guid.NewGuid():N}")).FullName;
    }
}
