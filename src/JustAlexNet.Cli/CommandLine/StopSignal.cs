using System.Runtime.InteropServices;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>Ctrl-C and SIGTERM: the first asks the work to stop at its next good place, the second leaves at once.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public StopSignal()
    {
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
        var code = context.Signal == PosixSignal.SIGINT ? CommandLine.ExitCode.Interrupted : CommandLine.ExitCode.Terminated;
        if (source.IsCancellationRequested) Environment.Exit(code);
        context.Cancel = true;
        ExitCode = code;
        source.Cancel();
    }
}
