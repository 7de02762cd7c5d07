using System.Runtime.CompilerServices;
using JustAlexNet.Runtime;

namespace JustAlexNet.Cli.Tests;

/// <summary>These tests run in a process set up as that of the command.</summary>
internal static class TunedProcess
{
    [ModuleInitializer]
    public static void TuneProcess() => TorchRuntime.TuneProcess();
}
