using System.Diagnostics;
using System.Globalization;
using JustAlexNet.Campaigns.Kills;

namespace JustAlexNet.Campaigns.Disks;

/// <summary>The run's folder becomes one that nobody may write to, at a random moment; and perhaps is given back later.</summary>
/// <remarks>By its mode, or for root, who may write everywhere, by <c>chattr +i</c>: then even root makes, renames and removes nothing there.</remarks>
/// <param name="place">Where the run's folder stands.</param>
/// <param name="run">The run's folder.</param>
/// <param name="moment">After its first file.</param>
/// <param name="freed">After what time; null: when the run is over.</param>
internal sealed class ReadOnlyFolder(string place, string run, TimeSpan moment, TimeSpan? freed) : DiskFault
{
    private bool isClosed;

    public override string Kind => freed is null ? "made read-only" : "made read-only, then given back";

    public override string Details => string.Create(CultureInfo.InvariantCulture, $"{Kind}: after {moment.TotalSeconds:0.00} s, given back {freed?.TotalSeconds:0.00}");

    public override string Place => place;

    public override void Happen(CommandRun command, FolderWatch watch)
    {
        if (!watch.WaitUntil(_ => Directory.Exists(run), command) || command.EndsWithin(moment)) return;
        isClosed = Set(isReadOnly: true);
        if (!isClosed) throw new InvalidOperationException($"{run} cannot be made read-only on this file system (chattr +i)");
        if (freed is { } after && !command.EndsWithin(after)) Lift();
    }

    public override void Lift()
    {
        if (isClosed && !Set(isReadOnly: false)) throw new InvalidOperationException($"{run} cannot be given back");
        isClosed = false;
    }

    public override void Dispose()
    {
        Lift();
        base.Dispose();
    }

    private bool Set(bool isReadOnly)
    {
        if (!OperatingSystem.IsWindows() && !Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(run, UnixFileMode.UserRead | UnixFileMode.UserExecute | (isReadOnly ? UnixFileMode.None : UnixFileMode.UserWrite));
            return true;
        }
        using var process = Process.Start(new ProcessStartInfo("chattr", [isReadOnly ? "+i" : "-i", run]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
