using JustAlexNet.Models;
using JustAlexNet.Settings;

namespace JustAlexNet.Training;

/// <summary>The choice of <see cref="FrozenNormalisation"/>.</summary>
public sealed record FrozenNormalisationOptions : HookOptions
{
    /// <inheritdoc/>
    public override string Name => "freeze_batch_norm";

    internal static Setting<bool> Chosen { get; } = new("freeze_batch_norm", "Keep batch normalisation to the statistics that the network begins with, for pretrained weights and small batches", ValueKinds.Flag, false);

    internal static HookRow Row { get; } = new([Chosen], recipe => recipe.Get(Chosen) ? new FrozenNormalisationOptions() : null);

    internal override IEnumerable<string> Faults() => [];

    internal override TrainingHook Create(Network network, long seed) => new FrozenNormalisation();
}

/// <summary>
/// All batch normalisation keeps to the running statistics that the network began with and leaves them as they are, in training too; its scale and shift learn, as with
/// <see cref="FineTuning.FrozenNormalisation"/> (torchvision's <c>FrozenBatchNorm2d</c> and timm's <c>freeze_batch_norm_2d</c> hold these too).
/// </summary>
internal sealed class FrozenNormalisation : TrainingHook
{
    public override Predicate<string> NormalisesByBatch { get; } = _ => false;
}
