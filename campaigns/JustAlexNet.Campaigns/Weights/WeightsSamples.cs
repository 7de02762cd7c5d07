using JustAlexNet.Bench;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using JustAlexNet.Weights;
using TorchSharp;

namespace JustAlexNet.Campaigns.Weights;

/// <summary>Whole files of weights to begin with: those of a real PyTorch in <c>tests/golden/checkpoints</c>, a checkpoint of ours with every entry and small tensors, and its safetensors form.</summary>
internal static class WeightsSamples
{
    private static readonly Lazy<IReadOnlyList<(string Name, byte[] Bytes)>> Read = new(Find);

    /// <summary>All, in an order that does not depend on the machine.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> All => Read.Value;

    private static List<(string, byte[])> Find()
    {
        var golden = Directory.GetFiles(Path.Combine(Checkout.Root, "tests", "golden", "checkpoints")).Where(path => !path.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var folder = Directory.CreateTempSubdirectory("justalexnet-weights-").FullName;
        try
        {
            var ours = Path.Combine(folder, "ours.pth");
            Write(ours);
            var converted = Path.Combine(folder, "ours.safetensors");
            WeightsConversion.Convert(ours, converted);
            return [.. golden.Append(ours).Append(converted).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string path)
    {
        TorchRuntime.Prepare();     // before TorchSharp's own classes
        using var scope = torch.NewDisposeScope();
        var data = new DataRecord("0123456789abcdef", [1, 2, 3], [4, 5], validationWasSplitOff: true);
        var epoch = new EpochRecord(1, 0.01, 1.5, 0.4, 0.9, 1.4, 0.5, 0.9, 12.5, 30, 64);
        TorchFile.Write(path, new PickleDictionary
        {
            { "format", Checkpoint.Format }, { "format_version", Checkpoint.FormatVersion }, { "arch", "resnet18" },
            { "class_to_idx", CheckpointEntries.ClassToIndex(["dress", "hat", "shoes"]) },
            { "preprocessing", CheckpointEntries.ToPickle(Preprocessing.ImageNet(64).ToDictionary()) },
            { Checkpoint.Weights, new PickleDictionary(isOrderedDict: true) { ["conv1.weight"] = torch.ones(4, 3, 3, 3), ["bn1.num_batches_tracked"] = torch.ones([], dtype: torch.int64), ["fc.weight"] = torch.ones(3, 4), ["fc.bias"] = torch.zeros(3) } },
            { "epoch", 1L }, { "options", CheckpointEntries.ToPickle(new Dictionary<string, object> { ["epochs"] = 2, ["lr"] = 0.01, ["model"] = "resnet18", ["augment"] = new List<string> { "basic" } }) },
            { "data", data.ToPickle() }, { "parts", new List<object?> { "data_position", "best", "history" } },
            { "data_position", CheckpointEntries.ToPickle(new TrainingPosition(1, 0), new EpochSums(0, 0, 0, 0)) },
            { "best", CheckpointEntries.ToPickle(epoch) }, { "history", new List<object?> { CheckpointEntries.ToPickle(epoch) } },
            { "display_names", CheckpointEntries.ToPickle(new Dictionary<string, object> { ["hat"] = "a hat, headgear" }) },
        });
    }
}
