using System.Runtime.InteropServices;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>Ctrl-C and SIGTERM: the first asks the work to stop at its next good place, the second leaves at once.</summary>
/// <remarks>
/// The second is left to the system, which ends the process with the same code: an orderly exit would tear libtorch down under its running threads.
/// What comes within half a second of the first is the first once more: <c>timeout</c> signals its child and then the group that the child is in.
/// </remarks>
internal sealed class StopSignal : IDisposable
{
    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(0.5);

    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private long? first;

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly Action<bool> heard;

    /// <param name="heard">Told of every signal, on another thread; true for a second one, after which the process is gone.</param>
    /// <param name="clock">Null takes the system's.</param>
    public StopSignal(Action<bool>? heard = null, TimeProvider? clock = null)
    {
        this.clock = clock ?? TimeProvider.System;
        this.heard = heard ?? (_ => { });
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>130 or 143, by the first signal.</summary>
    public int ExitCode { get; private set; }

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    /// <summary>Takes a signal; signals may come on several threads at once.</summary>
    internal void Handle(PosixSignalContext context)
    {
        bool isSecond;
        lock (gate)
        {
            isSecond = first is not null;
            if (first is { } begun && clock.GetElapsedTime(begun) < Echo)
            {
                context.Cancel = true;
                return;
            }
            first ??= clock.GetTimestamp();
        }
        if (!isSecond)
        {
            context.Cancel = true;
            ExitCode = context.Signal == PosixSignal.SIGINT ? CommandLine.ExitCode.Interrupted : CommandLine.ExitCode.Terminated;
            source.Cancel();
        }
        heard(isSecond);
    }
}
