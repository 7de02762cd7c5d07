using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;

namespace JustAlexNet.Runs;

/// <summary>A run that has been decided and checked; nothing is written yet.</summary>
/// <param name="Recipe">In force: what was left open is decided, what is recorded in a checkpoint stays.</param>
/// <param name="Data">The pictures.</param>
/// <param name="Model">The network's name.</param>
/// <param name="Preprocessing">How validation and prediction see pictures.</param>
/// <param name="Device">Where it is computed.</param>
/// <param name="Precision">What the network computes in while it learns.</param>
/// <param name="Phases">What is done, in order.</param>
/// <param name="Pretrained">Weights from elsewhere that it begins with; null where there are none.</param>
/// <param name="BadImages">Counts pictures that cannot be read, in all phases together.</param>
/// <param name="Notes">What a person should know before it starts, a sentence each.</param>
internal sealed record RunPlan(
    Recipe Recipe, ImageFolder Data, string Model, Preprocessing Preprocessing, ComputeDevice Device, PrecisionChoice Precision, IReadOnlyList<RunPhase> Phases, LoadedWeights? Pretrained, BadImageLog BadImages,
    IReadOnlyList<string> Notes) : IDisposable
{
    /// <summary>The checkpoint that the run goes on from, with what it calls the best; null for a fresh start.</summary>
    public Checkpoint? From { get; init; }

    /// <summary>What it will take.</summary>
    public required RunOutlook Outlook { get; init; }

    /// <summary>Parts of a cross-validation, where every picture is learned; null: none.</summary>
    public int? Folds { get; init; }

    /// <summary>Whether <see cref="From"/> is what a head came to, so that there is nothing to do.</summary>
    public bool IsDone { get; init; }

    /// <summary>Whether the end is an .onnx file.</summary>
    public bool LeavesOnnx { get; init; }

    /// <summary>Whether the end is saved besides the best.</summary>
    public bool LeavesFinal { get; init; }

    /// <summary>The loop over a network that can be looked at before it runs: of `train`, and of every run that goes on.</summary>
    public Trainer? Loop => Phases is [FitPhase fit] ? fit.Trainer : null;

    /// <summary>What a recipe says of pictures that cannot be read.</summary>
    public static BadImages BadImagesOf(Recipe recipe) => recipe.Get(CommonSettings.SkipsBadImages) ? JustAlexNet.Inference.BadImages.Skip(recipe.Get(CommonSettings.BadImagesLimit)) : JustAlexNet.Inference.BadImages.Fail;

    /// <summary>Frees networks and loaders.</summary>
    public void Dispose()
    {
        foreach (var phase in Phases) phase.Dispose();
    }
}
