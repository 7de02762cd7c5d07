using JustAlexNet.Runtime;

namespace Examples;

internal static class FirstStatement
{
    public static void Run()
    {
        TorchRuntime.TuneProcess();
        Console.WriteLine(TorchRuntime.Prepare().Reason);       // what became of it: "glibc keeps its memory"
    }
}
