using JustAlexNet.Data;
using JustAlexNet.Diagnosis;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.TrainSettings;

namespace JustAlexNet.Runs;

/// <summary>Plans a run of <c>train</c>: one phase in which a network learns.</summary>
internal sealed class TrainPlanner(Recipe asked, RunEnvironment environment, CancellationToken stop) : Planner(asked, environment, stop)
{
    protected override FolderOptions FolderOptionsOf(Recipe recipe) => new()
    {
        ValidationFraction = recipe.Get(CommonSettings.ValSplit),
        Seed = recipe.Get(CommonSettings.Seed),
        AllowEmptyClasses = recipe.Get(AllowEmptyClasses),
        Exclude = CommonSettings.Excluded(recipe),
    };

    protected override void RequireOwn(Checkpoint checkpoint, string verb)
    {
        if (verb != Schema.Verb) throw new RunException($"{checkpoint.Path} is from justalexnet {verb}, there is nothing that train could go on with.\nPass it as `pretrained` to start from its weights.");
    }

    protected override Recipe Fitted(Recipe recipe, ImageFolder data, bool goesOn) => WithBatchSize(recipe, data, goesOn);

    protected override void RequireMemory(Recipe recipe, ImageFolder data, ComputeDevice device, Precision precision)
    {
        var use = UseOf(recipe, data, precision);
        RequireMemory(use with { Check = Checks(recipe, data, precision).Max(check => Environment.Guard.Due(recipe.Get(Model).Name, data.Classes.Count, check.Side, device, check.Uses)) }, device, offersMemoryEfficient: true);
        RequireRoom(recipe, CheckpointRoom.Of(use.Estimate().Saved, recipe.Get(CommonSettings.Epochs)));
    }

    private static MemoryUse UseOf(Recipe recipe, ImageFolder data, Precision precision) =>
        new(recipe.Get(Model), data.Classes.Count, Math.Min(recipe.Get(CommonSettings.BatchSize), data.Training.Count), recipe.Get(ImageSize).Stages.Max(stage => stage.Side), precision)
        {
            OptimiserValues = Optimisers.Of(recipe).ValuesKept,
            Copies = recipe.Get(WeightAverageOptions.DecaySetting) > 0 ? 1 : 0,
            IsSaved = true,
            MemoryEfficient = recipe.Get(MemoryEfficient),
        };

    protected override RunPlan Finish(Recipe recipe, ImageFolder data, ComputeDevice device, Checkpoint? from)
    {
        var variant = recipe.Get(Model);
        var precision = PrecisionChoice.Select(recipe.Get(CommonSettings.Precision), device);
        recipe = recipe.Resolve(CommonSettings.Precision, precision.Precision);
        var augmentation = AugmentationCatalogue.Of(recipe) with { HonourExifOrientation = recipe.Get(HonoursExif) };
        var pretrained = from is null && recipe.Get(Pretrained) is { } source ? LoadedWeights.Open(source, variant.Name, Download(recipe), Stop) : null;
        var preprocessing = augmentation.Evaluation(recipe.Get(ImageSize).Last);
        if ((from?.Preprocessing ?? pretrained?.Preprocessing) is { } known) preprocessing = preprocessing with { Mean = known.Mean, Deviation = known.Deviation };
        augmentation = augmentation with { Mean = preprocessing.Mean };
        var loading = Loading(recipe, device) with { DropLast = recipe.Get(DropLast), Sampling = recipe.Get(StepSettings.Sampler) };
        if (recipe.Get(ImageSize) is { Vary: true } sizes) Notes.Add($"training photos grow: {string.Join(", then ", sizes.Stages.Select(stage => $"{stage.Side} px from epoch {stage.FromEpoch}"))}; validation and prediction have {sizes.Last} px");
        Loader.RequireFits(loading.BatchSize, data.Training.Count);
        var reading = Reading(recipe, data, augmentation, recipe.Get(ImageSize).Stages.Max(stage => stage.Side), device == ComputeDevice.Cpu ? UseOf(recipe, data, precision.Precision).Estimate().Total : 0);
        var setup = new FitSetup(StepSettings.Into(FitSettings.Loop(recipe), recipe), FineTuning: null, augmentation, recipe.Get(ImageSize), loading, reading, recipe.Get(MemoryEfficient), LeavesFinal: false);
        var phase = new FitPhase(setup, Begin(recipe, data, pretrained, from), data, preprocessing, device, Environment.Listeners, Environment.Clock);
        try
        {
            _ = phase.Trainer;
            Notes.AddRange(WithoutEffect(recipe, phase.Trainer));
            Notes.AddRange(CheckArithmetic(recipe, data, device, precision.Precision));
            return new RunPlan(recipe, data, variant.Name, preprocessing, device, from is null ? precision : phase.Trainer.Precision, [phase], pretrained, BadImages, Notes)
            {
                From = from, Outlook = Outlook(recipe, data, recipe.Get(CommonSettings.Epochs), learns: true, recipe.Get(DropLast)),
            };
        }
        catch
        {
            phase.Dispose();
            throw;
        }
    }

    // Allowed, and hardly what was meant.
    private static IEnumerable<string> WithoutEffect(Recipe recipe, Trainer trainer)
    {
        var (epochs, batches, options) = (recipe.Get(CommonSettings.Epochs), trainer.StepsPerEpoch, trainer.Options);
        var updates = (long)epochs * ((batches - 1) / options.Accumulate + 1);
        if (options.Accumulate > batches) yield return $"{StepSettings.Accumulate} is {options.Accumulate}, an epoch has {Counted.Of(batches, "batch")}: one update an epoch";
        if (options.Schedule is MultiStepRate { Milestones: [var first, ..] } && first >= epochs) yield return $"no milestone is reached: the first is {first}, the run has {Counted.Of(epochs, "epoch")}";
        if (options.Schedule is OneCycleRate && updates == 1) yield return "onecycle over one update has the last rate of its cycle only, almost nothing: more epochs or smaller batches make a cycle";
        if (options.Hooks.OfType<MixingOptions>().Any() && recipe.Get(CommonSettings.BatchSize) == 1) yield return $"nothing is mixed: {CommonSettings.BatchSize} is 1, and photos are mixed with others of their batch";
        if (options.Hooks.OfType<WeightAverageOptions>().FirstOrDefault() is { Decay: var decay } && 1 / (1 - decay) > updates)
            yield return FormattableString.Invariant($"the average that is validated looks back {1 / (1 - decay):0} updates, the run has {updates}: mostly at the first weights");
    }

    private StartingPoint Begin(Recipe recipe, ImageFolder data, LoadedWeights? pretrained, Checkpoint? from)
    {
        if (from is not null) return new FromCheckpoint(from, data.Classes.Count);
        var network = recipe.Get(Model).Create(data.Classes.Count, recipe.Get(CommonSettings.Seed));
        if (pretrained is null) return new InitialWeights(network);
        try
        {
            var skipped = pretrained.LoadInto(network, data.Classes);
            Notes.Add(string.Join("; ", new[] { $"begins with the weights of {pretrained.Path}", pretrained.Licence }.Concat(pretrained.Notes).OfType<string>()));
            Notes.AddRange(skipped.Notes);
            return new InitialWeights(network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private IEnumerable<string> CheckArithmetic(Recipe recipe, ImageFolder data, ComputeDevice device, Precision precision) =>
        Checks(recipe, data, precision).Select(check => Environment.Guard.Require(recipe.Get(Model).Name, data.Classes.Count, check.Side, device, check.Uses, recipe.Get(CommonSettings.UnsafeNumerics), Environment.ArithmeticProgress)).OfType<string>();

    // At every size that is learned; validation, which has the last, is in fp32 at the end.
    private static IEnumerable<(int Side, IReadOnlyList<ArithmeticUse> Uses)> Checks(Recipe recipe, ImageFolder data, Precision precision)
    {
        var (batch, sizes) = (Math.Min(recipe.Get(CommonSettings.BatchSize), data.Training.Count), recipe.Get(ImageSize));
        foreach (var side in sizes.Stages.Select(stage => stage.Side).Distinct())
            yield return (side, ArithmeticGuard.Learning(precision, ArithmeticGuard.SizesOf(data.Training.Count, batch), side == sizes.Last ? ArithmeticGuard.SizesOf(data.Validation.Count, batch) : []));
    }
}
