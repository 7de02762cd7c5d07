using System.Globalization;
using JustAlexNet.Campaigns.Kills;
using JustAlexNet.Cli.Tests;

namespace JustAlexNet.Campaigns.Disks;

/// <summary>A small disk that has too little of something from the beginning.</summary>
/// <param name="kind">Of what.</param>
/// <param name="disk">It.</param>
/// <param name="place">Where it is mounted.</param>
/// <param name="options">Its size.</param>
/// <param name="well">What is enough.</param>
internal sealed class ShortOfRoom(string kind, SmallDisk disk, string place, string options, string well) : DiskFault
{
    public override string Kind => kind;

    public override string Details => $"{kind}, {options}";

    public override string Place => place;

    public override void Lift()
    {
        if (!disk.Remount(well)) throw new InvalidOperationException($"tmpfs does not take {well}");
    }

    public override void Dispose()
    {
        disk.Dispose();
        base.Dispose();
    }
}

/// <summary>A disk that somebody else fills while a checkpoint is being written, somewhere in the middle of it; and perhaps frees again later.</summary>
/// <param name="disk">Large enough at first.</param>
/// <param name="place">Where it is mounted.</param>
/// <param name="nth">While which checkpoint.</param>
/// <param name="room">Bytes that are left at that moment.</param>
/// <param name="freed">After what time it has room again; null: when the run is over.</param>
internal sealed class FilledWhileWriting(SmallDisk disk, string place, int nth, long room, TimeSpan? freed) : DiskFault
{
    /// <summary>Size at the beginning and the end.</summary>
    public const string Well = "size=3g";

    public override string Kind => freed is null ? "filled while writing" : "filled while writing, then freed";

    public override string Details => string.Create(CultureInfo.InvariantCulture, $"{Kind}: checkpoint {nth}, {room} bytes left, freed {freed?.TotalSeconds:0.0}");

    public override string Place => place;

    public override void Happen(CommandRun command, FolderWatch watch)
    {
        if (!watch.WaitUntil(folder => folder.Begun >= nth, command)) return;
        while (!command.HasEnded && !disk.Remount(string.Create(CultureInfo.InvariantCulture, $"size={(disk.Used + room) / 1024}k"))) Thread.Sleep(1);       // as long as more is written than that
        if (freed is { } after && !command.EndsWithin(after)) Lift();
    }

    public override void Lift()
    {
        if (!disk.Remount(Well)) throw new InvalidOperationException($"tmpfs does not take {Well}");
    }

    public override void Dispose()
    {
        disk.Dispose();
        base.Dispose();
    }
}
