using System.Runtime.CompilerServices;
using JustAlexNet.Runtime;

namespace JustAlexNet.Tests.Support;

/// <summary>These tests run in a process set up as that of the command. They make tensors of their own before the library does, and on an older system TorchSharp finds its library only after <see cref="TorchRuntime.Prepare"/>.</summary>
internal static class TunedProcess
{
    /// <summary>Set in a process of the command that only lists what it loads, by a start-up hook in the tests' assembly: nothing is prepared there.</summary>
    public const string IsAListedProcess = "JUSTALEXNET_TEST_MODULES";

    [ModuleInitializer]
    public static void Prepare()
    {
        if (Environment.GetEnvironmentVariable(IsAListedProcess) is not null) return;
        TorchRuntime.TuneProcess();
        TorchRuntime.Prepare();
    }
}
