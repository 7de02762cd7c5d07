using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace JustAlexNet.Campaigns.Disks;

/// <summary>A call of the system that fails, by strace: the n-th of a thread, or all from then on.</summary>
/// <param name="place">Where the run's folder stands.</param>
/// <param name="call">Which, and how it fails.</param>
/// <param name="nth">Which of a thread's, from 1.</param>
/// <param name="isLasting">Whether those after it fail too.</param>
internal sealed class FailingCall(string place, SystemCall call, int nth, bool isLasting) : DiskFault
{
    private static readonly Lazy<string?> Untraceable = new(Try);

    /// <summary>Why calls cannot be made to fail on this machine; null where they can.</summary>
    public static string? Absence => Untraceable.Value;

    public override string Kind => $"{call.Kind}{(isLasting ? ", and all after it" : "")}";

    public override string Details => string.Create(CultureInfo.InvariantCulture, $"{call.Kind}: call {nth}{(isLasting ? "+" : "")} of a thread");

    public override string Place => place;

    public override string[] Before =>
        ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", $"trace={call.Names}", "-e", string.Create(CultureInfo.InvariantCulture, $"inject={call.Names}:error={call.Error}:when={nth}{(isLasting ? "+" : "")}")];

    public override void Lift()
    {
        // The next run goes without it.
    }

    // A container may have the program and not the right to trace.
    private static string? Try()
    {
        try
        {
            using var strace = Process.Start(new ProcessStartInfo("strace", ["-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=rename", "true"]) { RedirectStandardError = true })!;
            var said = strace.StandardError.ReadToEnd();
            strace.WaitForExit();
            return strace.ExitCode == 0 ? null : $"strace cannot trace here: {said.Split('\n')[0]}";
        }
        catch (Win32Exception)
        {
            return "there is no strace (apt-get install strace)";
        }
    }
}

/// <summary>A call that can fail.</summary>
/// <param name="Kind">In words.</param>
/// <param name="Names">As strace has them.</param>
/// <param name="Error">Likewise.</param>
/// <param name="Most">A thread of a run makes about so many.</param>
internal sealed record SystemCall(string Kind, string Names, string Error, int Most)
{
    /// <summary>Those with which files are written here.</summary>
    public static IReadOnlyList<SystemCall> All { get; } =
    [
        new("a write finds no room", "pwrite64,pwritev,pwritev2", "ENOSPC", 120),
        new("a write fails", "pwrite64,pwritev,pwritev2", "EIO", 120),
        new("a rename fails", "rename,renameat,renameat2", "EIO", 25),
        new("a flush fails", "fsync,fdatasync", "EIO", 30),
        new("a second name is refused", "link,linkat", "EPERM", 8),
    ];
}
