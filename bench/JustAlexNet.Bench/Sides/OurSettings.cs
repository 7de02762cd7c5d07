using JustAlexNet.Runtime;

namespace JustAlexNet.Bench.Sides;

/// <summary>The settings that JustAlexNet chose by itself.</summary>
internal static class OurSettings
{
    /// <summary>The precision of training: <c>auto</c> unless the side was started with another.</summary>
    public static Precision Choose(SideSettings settings, out string about)
    {
        var choice = PrecisionChoice.Select(settings.TextOr("precision", "auto"), ComputeDevice.Cpu);
        about = About(choice.Name);
        return choice.Precision;
    }

    /// <summary>The form of 1 x 1 convolutions: <c>products=yes</c> or <c>no</c>; null, the library's choice, unless the side was started with one.</summary>
    public static bool? Products(SideSettings settings) => settings.TextOr("products", "auto") switch { "yes" => true, "no" => false, _ => null };

    public static string About(string precision)
    {
        var allocator = TorchRuntime.Prepare();
        return $"{TorchRuntime.Threads} threads, {precision}, allocator: {allocator.Reason}";
    }
}
