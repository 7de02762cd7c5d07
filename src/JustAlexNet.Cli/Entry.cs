using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Runs;

namespace JustAlexNet.Cli;

/// <summary>The command without its process: arguments and two writers in, an exit code out.</summary>
internal static class Entry
{
    /// <summary>Parses and runs. Faults of the world end with <see cref="ExitCode.Failed"/>, faults of the command line with <see cref="ExitCode.Usage"/>, both with a message of few lines.</summary>
    public static int Run(string[] args, Terminal terminal)
    {
        try
        {
            return Root.Run(args, terminal);
        }
        catch (SeveralFaultsException e)
        {
            foreach (var fault in e.Faults) terminal.Error(fault.Message);
            return ExitCode.Failed;
        }
        catch (JustAlexNetException e)
        {
            terminal.Error(e.Message);
            return ExitCode.Failed;
        }
        catch (IOException e)
        {
            terminal.Error($"cannot read or write: {OutputFolder.Reason(e)}\nCheck the disk, and where the output goes.");
            return ExitCode.Failed;
        }
        catch (Exception e) when (Environment.GetEnvironmentVariable("JUSTALEXNET_TRACE") is null)
        {
            terminal.Error($"something went wrong that this program does not know: {e.GetType().Name}: {e.Message.Split('\n')[0]}\nPlease report it; JUSTALEXNET_TRACE=1 shows where it happened.");
            return ExitCode.Failed;
        }
    }
}
