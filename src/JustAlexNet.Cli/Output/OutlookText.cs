using JustAlexNet.Imaging;
using JustAlexNet.Runs;

namespace JustAlexNet.Cli.Output;

/// <summary>What a run will take, as a line for people: <c>20 epochs of 96 steps · memory about 1.9 GiB, 7.2 GiB there · checkpoints up to 0.4 GiB, 35.0 GiB free</c>.</summary>
internal static class OutlookText
{
    public static string Of(RunOutlook outlook)
    {
        string?[] parts =
        [
            $"{Counted.Of(outlook.Epochs, "epoch")}{(outlook.StepsPerEpoch > 0 ? $" of {Counted.Of(outlook.StepsPerEpoch, "step")}" : "")}",
            outlook.Memory is { } memory ? $"memory about {Counted.Bytes(memory)}{(outlook.MemoryThere is { } there ? $", {Counted.Bytes(there)} there" : "")}" : null,
            outlook.Checkpoint is { } each ? $"checkpoints up to {outlook.Checkpoints} x {Counted.Bytes(each)}{(outlook.DiskFree is { } free ? $", {Counted.Bytes(free)} free" : "")}" : null,
        ];
        return string.Join(" · ", parts.OfType<string>());
    }
}
