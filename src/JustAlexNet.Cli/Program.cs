using JustAlexNet.Cli;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Runtime;

// This process is ours; before anything else, while no thread of ours is there. A server does not keep the memory that it once used.
if (args is ["serve", ..]) ServerAllocator.Apply();
else TorchRuntime.TuneProcess();
var code = Run();
TorchRuntime.SkipDestructors(code);
return code;

int Run()
{
    using var terminal = new Terminal(Console.Out, StandardStreams.IsGiven(StandardStreams.Error) ? Console.Error : TextWriter.Null);
    if (StandardStreams.IsGiven(StandardStreams.Output)) return Entry.Run(args, terminal);
    terminal.Error("standard output is closed (>&-), and results are written there\nLeave it open; > /dev/null throws them away.");
    return ExitCode.Failed;
}

/// <summary>Named so that it is sealed and stays within: ASP.NET Core, which serve brings along, would have it public.</summary>
internal sealed partial class Program;
