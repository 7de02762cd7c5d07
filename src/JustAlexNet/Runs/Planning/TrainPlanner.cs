using JustAlexNet.Data;
using JustAlexNet.Diagnosis;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.TrainSettings;

namespace JustAlexNet.Runs;

/// <summary>Plans a run of <c>train</c>: one phase in which a network learns.</summary>
internal sealed class TrainPlanner(Recipe asked, RunSurroundings around, CancellationToken stop) : Planner(asked, around, stop)
{
    protected override FolderOptions FolderOptionsOf(Recipe recipe) => new()
    {
        ValidationShare = recipe.Get(CommonSettings.ValSplit),
        Seed = recipe.Get(CommonSettings.Seed),
        AllowEmptyClasses = recipe.Get(AllowEmptyClasses),
    };

    protected override void RequireOwn(Checkpoint checkpoint, string verb)
    {
        if (verb != Schema.Verb) throw new RunException($"{checkpoint.Path} is from justalexnet {verb}, there is nothing that train could go on with.\nPass it as `pretrained` to start from its weights.");
    }

    protected override Recipe Fitted(Recipe recipe, ImageFolder data, bool goesOn) => WithBatchSize(recipe, data, goesOn);

    protected override void RequireMemory(Recipe recipe, ImageFolder data, ComputeDevice device, Precision precision) =>
        RequireMemory(new MemoryUse(recipe.Get(Model), data.Classes.Count, Math.Min(recipe.Get(CommonSettings.BatchSize), data.Training.Count), recipe.Get(ImageSize), precision)
        {
            OptimiserValues = Optimisers.Of(recipe).ValuesKept,
            Copies = recipe.Get(WeightAverageOptions.DecaySetting) > 0 ? 1 : 0,
            MemoryEfficient = recipe.Get(MemoryEfficient),
        }, device, offersMemoryEfficient: true);

    protected override RunPlan Finish(Recipe recipe, ImageFolder data, ComputeDevice device, Checkpoint? from)
    {
        var variant = recipe.Get(Model);
        var precision = PrecisionChoice.Select(recipe.Get(CommonSettings.Precision), device);
        recipe = recipe.Resolve(CommonSettings.Precision, precision.Precision);
        var augmentation = AugmentationCatalogue.Of(recipe) with { HonourExifOrientation = recipe.Get(HonoursExif) };
        var pretrained = from is null && recipe.Get(Pretrained) is { } source ? PretrainedWeights.Open(source, variant.Name, Download(recipe), Stop) : null;
        var preprocessing = augmentation.Evaluation(recipe.Get(ImageSize));
        if ((from?.Preprocessing ?? pretrained?.Preprocessing) is { } known) preprocessing = preprocessing with { Mean = known.Mean, Deviation = known.Deviation };
        augmentation = augmentation with { Mean = preprocessing.Mean };
        var loading = Loading(recipe, device) with { DropLast = recipe.Get(DropLast), Sampling = recipe.Get(StepSettings.Sampler) };
        Loader.RequireFits(loading.BatchSize, data.Training.Count);
        var setup = new FitSetup(StepSettings.Into(FitSettings.Loop(recipe), recipe), FineTuning: null, augmentation, loading, recipe.Get(MemoryEfficient), LeavesFinal: false);
        var phase = new FitPhase(setup, Begin(recipe, data, pretrained, from), data, preprocessing, device, Around.Listeners, Around.Clock);
        try
        {
            _ = phase.Trainer;
            if (CheckArithmetic(recipe, data, device, precision.Precision) is { } wrong) Notes.Add(wrong);
            return new RunPlan(recipe, data, variant.Name, preprocessing, device, from is null ? precision : phase.Trainer.Precision, [phase], pretrained, BadImages, Notes) { From = from };
        }
        catch
        {
            phase.Dispose();
            throw;
        }
    }

    private Beginning Begin(Recipe recipe, ImageFolder data, PretrainedWeights? pretrained, Checkpoint? from)
    {
        if (from is not null) return new FromCheckpoint(from, data.Classes.Count);
        var network = recipe.Get(Model).Create(data.Classes.Count, recipe.Get(CommonSettings.Seed));
        if (pretrained is null) return new FirstWeights(network);
        try
        {
            var excused = pretrained.LoadInto(network, data.Classes);
            Notes.Add(string.Join("; ", new[] { $"begins with the weights of {pretrained.Path}", pretrained.Licence }.Concat(pretrained.Notes).OfType<string>()));
            Notes.AddRange(excused);
            return new FirstWeights(network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    // Validation at the end is in fp32.
    private string? CheckArithmetic(Recipe recipe, ImageFolder data, ComputeDevice device, Precision precision)
    {
        var size = recipe.Get(CommonSettings.BatchSize);
        var uses = ArithmeticGuard.Learning(precision, ArithmeticGuard.SizesOf(data.Training.Count, size), [.. ArithmeticGuard.SizesOf(data.Validation.Count, size)]);
        return Around.Guard.Require(recipe.Get(Model).Name, data.Classes.Count, recipe.Get(ImageSize), device, uses, recipe.Get(CommonSettings.UnsafeNumerics), Around.ArithmeticProgress);
    }
}
