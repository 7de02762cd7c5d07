using JustAlexNet.Runtime;

namespace JustAlexNet.Bench.Sides;

/// <summary>The settings that JustAlexNet chose by itself.</summary>
internal static class OurSettings
{
    public static string About()
    {
        var allocator = TorchRuntime.Prepare();
        return $"{TorchRuntime.Threads} threads, fp32, allocator: {allocator.Reason}";
    }
}
