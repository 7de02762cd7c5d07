using System.Globalization;
using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Campaigns.Kills;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Runs;
using JustAlexNet.Weights;

namespace JustAlexNet.Campaigns.Disks;

/// <summary>Checkpoints as a bad disk gives them back.</summary>
internal sealed class DamageCampaign : Campaign
{
    private static readonly string[] Runs = ["mixup", "finetune", "head"];

    public override string Name => "damage";

    public override string About => "Checkpoints cut off, with a bit turned over, sectors of zeros or of other bytes, at random places: each is refused, or every value that is loaded is unchanged; and where the one before stands beside it, a run goes on from that.";

    public override long StandardCount => 1000;

    public override int BlockSize => 50;

    public override TimeSpan CaseLimit => TimeSpan.FromSeconds(60);       // the first of a worker makes the runs whose checkpoints these are

    public override long MemoryLimit => 4L << 30;

    public override CaseOutcome Run(CaseContext context)
    {
        var random = context.Random;
        var name = Runs[random.Next(Runs.Length)];
        var run = TinyRun.All.Single(one => one.Name == name);
        var whole = WholeRun.Of(run).Folder;
        var source = File.Exists(whole.Latest) ? whole.Latest : whole.Best;
        var folder = new RunFolder(Directory.CreateDirectory(Path.Combine(context.Folder, "run")).FullName);
        foreach (var earlier in new[] { folder.Latest, folder.Previous }) File.Delete(earlier);       // which the case before may hold open still
        File.Copy(source, folder.Latest);
        var kind = Damage(folder.Latest, random);
        try
        {
            var differences = SameCheckpoint.Differences(source, folder.Latest);
            if (differences.Count > 0) return new($"{kind}: loaded with other values", $"{run.Name}, {kind}: {string.Join(", ", differences.Take(4))}");
            return new($"{kind}: loaded, every value unchanged");
        }
        catch (WeightsException refused)
        {
            if (!refused.Message.Contains(folder.Latest, StringComparison.Ordinal)) return new($"{kind}: refused without its name", refused.Message);
            File.Copy(source, folder.Previous);
            var newest = folder.NewestCheckpoint(out var damaged);
            return newest?.Path == folder.Previous && damaged.Count == 1 ? new($"{kind}: refused, gone on from the one before") : new($"{kind}: not passed over", $"the newest whole is {newest?.Path ?? "none"}, passed over are {damaged.Count}");
        }
        finally
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static string Damage(string path, Random random)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var at = Place(random, file.Length);
        switch (random.Next(6))
        {
            case 0 or 1:
                file.SetLength(at);
                return "cut off";
            case 2 or 3:
                file.Position = at;
                var value = file.ReadByte();
                file.Position = at;
                file.WriteByte((byte)(value ^ (1 << random.Next(8))));
                return "a bit turned over";
            case 4:
                return Overwrite(file, at / 512 * 512, new byte[512], "a sector of zeros");
            default:
                var page = new byte[4096];
                random.NextBytes(page);
                return Overwrite(file, at / 4096 * 4096, page, "a page of other bytes");
        }
    }

    private static string Overwrite(FileStream file, long at, byte[] bytes, string kind)
    {
        var had = new byte[bytes.Length];
        file.Position = at;
        var count = file.ReadAtLeast(had, had.Length, throwOnEndOfStream: false);
        file.Position = at;
        file.Write(bytes.AsSpan(0, count));
        return had.AsSpan(0, count).SequenceEqual(bytes.AsSpan(0, count)) ? string.Create(CultureInfo.InvariantCulture, $"{kind} where there was the same") : kind;
    }

    // Half of the places are among the first and last bytes, where the archive says what is where.
    private static long Place(Random random, long length) => random.Next(4) switch
    {
        0 => random.NextInt64(Math.Min(length, 20_000)),
        1 => length - 1 - random.NextInt64(Math.Min(length, 60_000)),
        _ => random.NextInt64(length),
    };
}
