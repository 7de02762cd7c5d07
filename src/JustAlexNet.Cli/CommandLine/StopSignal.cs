using System.Runtime.InteropServices;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>Ctrl-C and SIGTERM: the first asks the work to stop at its next good place, the second leaves at once.</summary>
/// <remarks>The second is left to the system, which ends the process with the same code: an orderly exit would tear libtorch down under its running threads.</remarks>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly Action<bool> heard;

    /// <param name="heard">Told of every signal, on another thread; true for a second one, after which the process is gone.</param>
    public StopSignal(Action<bool>? heard = null)
    {
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

    private void Handle(PosixSignalContext context)
    {
        var isSecond = source.IsCancellationRequested;
        if (!isSecond)
        {
            context.Cancel = true;
            ExitCode = context.Signal == PosixSignal.SIGINT ? CommandLine.ExitCode.Interrupted : CommandLine.ExitCode.Terminated;
            source.Cancel();
        }
        heard(isSecond);
    }
}
