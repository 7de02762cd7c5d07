using System.Runtime.CompilerServices;
using JustAlexNet.Runtime;

namespace JustAlexNet.Tests.Support;

/// <summary>These tests run in a process set up as that of the command. They make tensors of their own before the library does, and on an older system TorchSharp finds its library only after <see cref="TorchRuntime.Prepare"/>.</summary>
internal static class TunedProcess
{
    [ModuleInitializer]
    public static void Prepare()
    {
        TorchRuntime.TuneProcess();
        TorchRuntime.Prepare();
    }
}
