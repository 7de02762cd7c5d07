using System.Runtime.CompilerServices;
using JustAlexNet.Runtime;

namespace JustAlexNet.Tests.Support;

/// <summary>Tests make tensors of their own before the library does: on an older system TorchSharp finds its library only after <see cref="TorchRuntime.Prepare"/>.</summary>
internal static class LoadedTorch
{
    [ModuleInitializer]
    internal static void Load() => TorchRuntime.Prepare();
}
