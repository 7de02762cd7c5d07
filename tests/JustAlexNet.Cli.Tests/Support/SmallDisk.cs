using System.Diagnostics;

namespace JustAlexNet.Cli.Tests;

/// <summary>A file system in memory, small enough to fill; the campaigns compile this file too. Disposing it takes it and its files away.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string folder;

    private SmallDisk(string folder) => this.folder = folder;

    /// <summary>Bytes that are there to be written.</summary>
    public long Free => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Bytes that are written.</summary>
    public long Used => new DriveInfo(folder).TotalSize - new DriveInfo(folder).TotalFreeSpace;

    /// <summary>Mounts one.</summary>
    /// <param name="folder">Where; made.</param>
    /// <param name="options">As tmpfs takes them: <c>size=1m</c>, <c>nr_inodes=10</c>.</param>
    /// <param name="why">Why there is none; null where there is.</param>
    /// <returns>Null where this machine does not let this user mount one.</returns>
    public static SmallDisk? TryMount(string folder, string options, out string? why)
    {
        Directory.CreateDirectory(folder);
        why = !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess ? "Only root can mount a small disk." : Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder) ? null : "This machine does not let root mount a small disk.";
        return why is null ? new SmallDisk(folder) : null;
    }

    /// <summary>A path on it.</summary>
    public string At(string name) => Path.Combine(folder, name);

    /// <summary>Writes until there is no room.</summary>
    public void Fill()
    {
        using var file = new FileStream(At("fill"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            // Now it is full.
        }
    }

    /// <summary>Gives it other options: <c>size=1g</c>, <c>ro</c>.</summary>
    /// <returns>Whether the system did.</returns>
    public bool Remount(string options) => Run("mount", "-o", $"remount,{options}", folder);

    public void Dispose()
    {
        GC.Collect();       // a checkpoint that was looked at keeps its file open until then
        GC.WaitForPendingFinalizers();
        Run("umount", folder);
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
