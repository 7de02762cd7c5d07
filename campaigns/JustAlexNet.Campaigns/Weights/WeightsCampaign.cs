using JustAlexNet.Campaigns.Files;
using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Campaigns.Weights;

/// <summary>Files of weights from strangers.</summary>
internal sealed class WeightsCampaign : Campaign
{
    private const int AllocatedPerByte = 64, AllocatedAtOnce = 1 << 20;
    private const int MostTensors = 200;

    public override string Name => "weights";

    public override string About => "Mutated .pth files of both containers and .safetensors files: each is read, tensors and all that a checkpoint says, or refused with its path; nothing of it is run, memory is bounded by its length.";

    public override long StandardCount => 1_000_000;

    public override int BlockSize => 5000;

    public override void Begin()
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, WeightsSamples.All.First(sample => sample.Name == "zip.pth").Bytes);
        Read(path, values: true);       // libtorch is loaded by the first tensor
        File.Delete(path);
    }

    public override CaseOutcome Run(CaseContext context)
    {
        var (bytes, container) = WeightsMutation.Draw(context.Random, context.Folder);
        var path = Path.Combine(context.Folder, "weights.pth");
        File.WriteAllBytes(path, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = Verdict.Of(container, path, () => Read(path, context.Index % 4 == 0));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (File.Exists(Path.Combine(context.Folder, Pickles.Canary))) return outcome with { Fault = "a program in the file was run" };
        if (outcome.Fault is null && allocated > (long)AllocatedPerByte * bytes.Length + AllocatedAtOnce) return outcome with { Fault = $"{allocated:N0} bytes were allocated for a file of {bytes.Length:N0}" };
        return outcome;
    }

    /// <summary>Reads what <c>weights inspect</c>, <c>predict</c> and <c>train --resume</c> read of a file, but for the values of networks.</summary>
    private static void Read(string path, bool values)
    {
        var summary = WeightsSummary.Of(WeightsFile.Open(path));
        _ = summary.Parameters;
        var opened = LoadedWeights.OpenFile(path);
        if (opened.Checkpoint is { } checkpoint)
        {
            _ = (checkpoint.Position, checkpoint.History, checkpoint.Before, checkpoint.Data, checkpoint.State.Count);
            _ = CheckpointEntries.ToJson(checkpoint.Options);
        }
        if (!values) return;
        foreach (var tensor in opened.State.Tensors.Values.Take(MostTensors))
            using (var read = tensor.ToTensor())
                if (read.numel() != tensor.Shape.Aggregate(1L, (product, size) => product * size)) throw new InvalidOperationException($"a tensor of {string.Join(" x ", tensor.Shape)} came with {read.numel()} values");
    }
}
