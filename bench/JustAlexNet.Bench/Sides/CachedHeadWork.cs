using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Runs;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Transfer;

namespace JustAlexNet.Bench.Sides;

/// <summary><c>justalexnet transfer --head linear</c> from its beginning to its end, nothing cached before: features, 25 epochs of the head, every file that it leaves.</summary>
internal sealed class CachedHeadWork : Work
{
    private const int Epochs = 25;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("justalexnet-bench-");
    private readonly Recipe recipe;

    public CachedHeadWork(SideSettings settings)
    {
        recipe = new Recipe(TransferSettings.Schema)
        {
            { CommonSettings.DataFolder, settings.Text("data") }, { TransferSettings.Pretrained, ForeignWeights.Write(Path.Combine(folder.FullName, "resnet18.pth"), classes: FixedBatch.Classes) }, { TransferSettings.ImageSize, settings.Number("size") },
            { CommonSettings.Workers, settings.Number("workers") }, { TransferSettings.NoCache, true },
            { TransferSettings.Head, HeadKind.Linear }, { TransferSettings.Sampler, Sampling.Weighted }, { CommonSettings.Epochs, Epochs }, { CommonSettings.BatchSize, settings.Number("batch") },
            { CommonSettings.EarlyStopPatience, 0 }, { CommonSettings.Output, Path.Combine(folder.FullName, "run") }, { CommonSettings.Overwrite, true },
        };
    }

    public override string About => $"a whole run of {Epochs} epochs, early stopping off";

    /// <returns>Photos times epochs, those of the validation included.</returns>
    public override double Round()
    {
        using var run = Run.Open(recipe);
        _ = run.Execute();
        return Epochs * (run.Data.Training.Count + run.Data.Validation.Count);
    }

    public override void Dispose() => folder.Delete(recursive: true);
}
