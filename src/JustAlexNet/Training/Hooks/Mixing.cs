using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Settings;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>The choice of <see cref="Mixing"/>: <see cref="Mixup"/>, <see cref="Cutmix"/>, or one of both by chance.</summary>
public sealed record MixingOptions : HookOptions
{
    /// <inheritdoc/>
    public override string Name => "mixup and cutmix";

    /// <summary>Both parameters of mixup's Beta distribution; 0 (default): no mixup. Usual are 0.1 to 0.4, and 0.8 in long trainings.</summary>
    public double MixupAlpha { get; init; }

    /// <summary>Both parameters of cutmix's Beta distribution; 0 (default): no cutmix. Usual is 1.</summary>
    public double CutmixAlpha { get; init; }

    internal static Setting<double> MixupSetting { get; } = new("mixup_alpha", "Mix each photo with another: parameter of the Beta distribution of the shares; 0 is off", ValueKinds.Real("0 (off) or more", value => value >= 0), 0);

    internal static Setting<double> CutmixSetting { get; } = new("cutmix_alpha", "Paste a piece of another photo into each: parameter of the Beta distribution of the shares; 0 is off", ValueKinds.Real("0 (off) or more", value => value >= 0), 0);

    internal static HookRow Row { get; } = new([MixupSetting, CutmixSetting], Of);

    internal override IEnumerable<string> Faults() => new[]
    {
        MixupAlpha >= 0 && double.IsFinite(MixupAlpha) ? null : $"{MixupSetting} is {MixupAlpha}, expected 0 (off) or more",
        CutmixAlpha >= 0 && double.IsFinite(CutmixAlpha) ? null : $"{CutmixSetting} is {CutmixAlpha}, expected 0 (off) or more",
        this is { MixupAlpha: 0, CutmixAlpha: 0 } ? $"{MixupSetting} and {CutmixSetting} are both 0: there is nothing to mix" : null,
    }.OfType<string>();

    internal override TrainingHook Create(Network network, long seed) => new Mixing(this, seed);

    private static MixingOptions? Of(Recipe recipe)
    {
        var chosen = new MixingOptions { MixupAlpha = recipe.Get(MixupSetting), CutmixAlpha = recipe.Get(CutmixSetting) };
        return chosen is { MixupAlpha: 0, CutmixAlpha: 0 } ? null : chosen;
    }
}

/// <summary>Each picture of a batch with the one before it (the first with the last), as torchvision's <c>MixUp</c> and <c>CutMix</c>: one share a batch. Where both are chosen, a fair coin decides for every batch (timm's <c>switch_prob</c> 0.5).</summary>
/// <remarks>
/// Every draw is a function of (seed, epoch, batch), so a resumed run mixes as one that never stopped. The accuracy in training counts the class with the larger share (a tie: the picture's own).
/// Mixed in float32, whatever the network computes in.
/// </remarks>
internal sealed class Mixing(MixingOptions options, long seed) : TrainingHook
{
    public override bool ChangesPictures => true;

    public override (Tensor Input, Targets Targets) Prepare(Tensor input, Targets targets, int classes, TrainingPosition at)
    {
        var random = new SampleRandom(seed, StreamPurpose.Mixing, at.Epoch, at.Step);
        var cuts = options.CutmixAlpha > 0 && (options.MixupAlpha == 0 || random.NextDouble() < 0.5);
        var share = BetaDistribution.Draw(random, cuts ? options.CutmixAlpha : options.MixupAlpha);
        if (cuts) share = Cutmix.Apply(input, share, random);
        else Mixup.Apply(input, share);
        return (input, Mix(targets.Labels, share, classes, input.dtype));
    }

    /// <summary>The batch moved on by one picture: the last comes first.</summary>
    public static Tensor Rolled(Tensor batch) => cat([batch.narrow(0, batch.shape[0] - 1, 1), batch.narrow(0, 0, batch.shape[0] - 1)], 0);

    /// <summary>share of each label, and the rest of the label before it.</summary>
    private static Targets Mix(Tensor labels, double share, int classes, ScalarType type)
    {
        var others = Rolled(labels);
        var own = nn.functional.one_hot(labels, classes).to(type).mul(share);
        return new Targets(share >= 0.5 ? labels : others, own.add(nn.functional.one_hot(others, classes).to(type).mul(1 - share)));
    }
}
