using JustAlexNet.Transfer;

namespace JustAlexNet.Bench.Sides;

/// <summary><c>justalexnet transfer --head linear</c> from its beginning to its end, nothing cached before: features, 25 epochs of the head, every file that it leaves.</summary>
internal sealed class CachedHeadWork : Work
{
    private const int Epochs = 25;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("justalexnet-bench-");
    private readonly TransferOptions options;

    public CachedHeadWork(SideSettings settings)
    {
        options = new TransferOptions
        {
            Data = settings.Text("data"), Pretrained = ForeignWeights.Write(folder.FullName), ImageSize = settings.Number("size"), Workers = settings.Number("workers"), Cache = null,
            Head = new HeadOptions { Kind = HeadKind.Linear, Sampler = HeadSampler.Weighted, Epochs = Epochs, BatchSize = settings.Number("batch"), EarlyStopPatience = 0 },
            Output = Path.Combine(folder.FullName, "run"), Overwrite = true,
        };
    }

    public override string About => $"a whole run of {Epochs} epochs, early stopping off";

    /// <returns>Photos times epochs, those of the validation included.</returns>
    public override double Round()
    {
        using var run = TransferRun.Open(options);
        _ = run.Run();
        return Epochs * (run.Data.Training.Count + run.Data.Validation.Count);
    }

    public override void Dispose() => folder.Delete(recursive: true);
}
