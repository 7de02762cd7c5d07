using JustAlexNet.Data;
using JustAlexNet.Diagnosis;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;
using JustAlexNet.Transfer;
using static JustAlexNet.Recipes.TransferSettings;

namespace JustAlexNet.Runs;

/// <summary>Plans a run of <c>transfer</c>: a head learns, and the network after it where asked.</summary>
internal sealed class TransferPlanner(Recipe asked, RunEnvironment environment, CancellationToken stop) : Planner(asked, environment, stop)
{
    protected override FolderOptions FolderOptionsOf(Recipe recipe) => new() { ValidationFraction = recipe.Get(CommonSettings.ValSplit), Seed = recipe.Get(CommonSettings.Seed), AllowUnmeasuredClasses = true, Exclude = CommonSettings.Excluded(recipe) };

    protected override bool IsResumable(Recipe recipe) => IsTuned(recipe);

    protected override void RequireOwn(Checkpoint checkpoint, string verb)
    {
        if (verb == Schema.Verb && !IsTuned(Asked) && Mode.Is(checkpoint.Options, TransferMode.Head)) return;
        if (verb != Schema.Verb || !IsTuned(Asked) || !Mode.Is(checkpoint.Options, TransferMode.FineTune))
            throw new RunException($"{checkpoint.Path} is not from justalexnet transfer `mode` finetune, so there is nothing to go on with.\nPass it as `pretrained` to start from its weights.");
    }

    protected override Recipe Fitted(Recipe recipe, ImageFolder data, bool goesOn)
    {
        if (!goesOn && recipe.Get(Pretrained) is null && recipe.Get(TransferSettings.Backbone) is null)
            throw new RunException($"there is no checkpoint in {recipe.Get(CommonSettings.Output)} to go on with, and `pretrained` is missing.\nName the weights to start from with `pretrained`.");
        var all = data.Training.Count + data.Validation.Count;
        var folds = recipe.Get(Folds);
        if (folds > all) throw HeadPhase.TooManyFolds(folds.Value, all, data.Folder);
        if (folds is null) Notes.AddRange(Unmeasured(data));
        if (!IsTuned(recipe))
        {
            // A size that was asked for and cannot be had is refused; the usual one gives way.
            if (recipe.Get(Head) == HeadKind.Linear && recipe.IsGiven(CommonSettings.BatchSize)) Loader.RequireFits(recipe.Get(CommonSettings.BatchSize), folds is null ? data.Training.Count : all);
            return recipe;
        }
        recipe = WithBatchSize(recipe, data, goesOn);
        Loader.RequireFits(recipe.Get(CommonSettings.BatchSize), data.Training.Count);
        return recipe;
    }

    // By cross-validation every picture is learned.
    protected override IReadOnlyList<ClassWatch> Watched(Recipe recipe, ImageFolder data) => recipe.Get(Folds) is null ? base.Watched(recipe, data) : [Learned([.. data.Training, .. data.Validation], data, "", recipe)];

    // Which network it is, its weights tell.
    protected override void RequireMemory(Recipe recipe, ImageFolder data, ComputeDevice device, Precision precision)
    {
    }

    protected override RunPlan Finish(Recipe recipe, ImageFolder data, ComputeDevice device, Checkpoint? from)
    {
        var isTuned = IsTuned(recipe);
        var asked = recipe.Get(CommonSettings.Precision);
        var precision = isTuned ? PrecisionChoice.Select(asked, device) : recipe.Get(TransferSettings.Backbone) is null ? PrecisionChoice.SelectForFeatures(asked, device) : PrecisionChoice.OfOnnxRuntime;
        var features = isTuned ? Precision.Fp32 : precision.Precision;       // a head before fine-tuning is what it always was
        recipe = Resolved(recipe).Resolve(CommonSettings.Precision, precision.Precision);
        if (CacheOf(recipe) is null && !recipe.Get(NoCache) && from is null) Notes.Add("features are not kept: there is no home folder for a cache (name one with `cache`)");
        if (from is not null && !isTuned)
        {
            var folder = new RunFolder(recipe.Get(CommonSettings.Output));
            if (new[] { folder.Final, folder.History, folder.ConfusionTable }.All(File.Exists))
                return new RunPlan(recipe, data, from.Arch, from.Preprocessing, device, precision, [], Pretrained: null, BadImages, Notes) { From = from, IsDone = true, Outlook = Outlook(recipe, data, epochs: 1, learns: false) };
            from = null;        // it ended between two of its files, and is learned again
        }
        if (from is not null)
        {
            RequireMemory(recipe, data, from.Arch, from.Preprocessing.Side, device, precision.Precision);
            var fit = Fit(recipe, data, from.Arch, device, from.Preprocessing, new FromCheckpoint(from, data.Classes.Count));
            try
            {
                _ = fit.Trainer;
                CheckArithmetic(recipe, data, from.Arch, from.Preprocessing.Side, device, precision.Precision);
                return new RunPlan(recipe, data, from.Arch, from.Preprocessing, device, fit.Trainer.Precision, [fit], Pretrained: null, BadImages, Notes)
                {
                    From = from, LeavesFinal = true, Outlook = Outlook(recipe, data, recipe.Get(CommonSettings.Epochs), learns: true),
                };
            }
            catch
            {
                fit.Dispose();
                throw;
            }
        }
        var backbone = Open(recipe, device, features);
        try
        {
            var network = backbone as NetworkBackbone;
            ValueList<string> augment = recipe.Get(AugmentationSettings.AugmentOrAuto) ?? [backbone.Preprocessing.Geometry is Squash ? AugmentationCatalogue.Basic : AugmentationCatalogue.Standard];
            recipe = recipe.Resolve(AugmentationSettings.AugmentOrAuto, augment).Resolve(Squashes, backbone.Preprocessing.Geometry is Squash).Resolve(ImageSize, backbone.Preprocessing.Side).Resolve(Model, network is null ? null : ModelCatalogue.Find(network.Name));
            var head = new HeadPhase(backbone, HeadOf(recipe), recipe.Get(Views), recipe.Get(Folds), CacheOf(recipe), isLast: !isTuned);
            List<RunPhase> phases = [head];
            if (network is not null)
            {
                var side = backbone.Preprocessing.Side;
                RequireMemory(new MemoryUse(ModelCatalogue.Find(network.Name)!, data.Classes.Count, Math.Min(HeadPhase.BatchSizeOf(side), data.Training.Count), side, features)
                {
                    Learns = false,
                    Check = isTuned ? CheckBefore.Nothing : DueCheck(recipe, data, network.Name, side, device, precision.Precision),
                }, device, offersBatchSize: false);
                if (!isTuned) RequireRoom(recipe, CheckpointRoom.OfHead(UseOf(recipe, data, network.Name, side, features).Estimate().Weights, recipe.Get(Head)));
            }
            if (isTuned)
            {
                RequireMemory(recipe, data, network!.Name, backbone.Preprocessing.Side, device, precision.Precision);
                var fit = Fit(recipe, data, network!.Name, device, backbone.Preprocessing, new AfterHead(head, network, data.Classes.Count, recipe.Get(CommonSettings.Seed)));
                _ = TrainableSet.FirstTrainable(network!.Network, recipe.Get(Unfreeze));
                fit.RequireSeveralValuesAChannel(network.Network);
                phases.Add(fit);
            }
            // ONNX Runtime has kernels of its own.
            if (network is not null) CheckArithmetic(recipe, data, network.Name, backbone.Preprocessing.Side, device, precision.Precision);
            return new RunPlan(recipe, data, backbone.Name, backbone.Preprocessing, device, precision, phases, network?.Weights, BadImages, Notes)
            {
                Folds = recipe.Get(Folds), LeavesOnnx = network is null, LeavesFinal = network is not null,
                Outlook = Outlook(recipe, data, isTuned || recipe.Get(Head) == HeadKind.Linear ? recipe.Get(CommonSettings.Epochs) : 1, learns: isTuned),
            };
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    // Where some stages only learn, less is kept than can be told here.
    private void RequireMemory(Recipe recipe, ImageFolder data, string model, int side, ComputeDevice device, Precision precision)
    {
        var use = UseOf(recipe, data, model, side, precision);
        if (recipe.Get(Unfreeze) is null) RequireMemory(use with { Check = DueCheck(recipe, data, model, side, device, precision) }, device);
        RequireRoom(recipe, CheckpointRoom.Of(recipe.Get(Unfreeze) is null ? use.Estimate().Saved : use.Estimate().Weights, recipe.Get(CommonSettings.Epochs)));
    }

    private static MemoryUse UseOf(Recipe recipe, ImageFolder data, string model, int side, Precision precision) =>
        new(ModelCatalogue.Find(model)!, data.Classes.Count, Math.Min(recipe.Get(CommonSettings.BatchSize), data.Training.Count), side, precision)
        {
            OptimiserValues = recipe.Get(SgdOptions.MomentumSetting) > 0 ? 1 : 0,
            IsSaved = IsTuned(recipe),
        };

    private Backbone Open(Recipe recipe, ComputeDevice device, Precision features)
    {
        var request = new PretrainedRequest(recipe.Get(Model)?.Name, recipe.Get(Squashes), recipe.Get(ImageSize));
        if (BackboneFile(recipe) is not { } file) return PretrainedBackbone.Open(recipe.Get(Pretrained)!, request, Download(recipe), device, Notes, features, Stop);
        var onnx = OnnxBackbone.Open(file, request);
        if (onnx.Network.GivesProbabilities) Notes.Add($"{file} ends in a softmax: the head learns from the probabilities of its classes. Exported without its last layers it would give features, which say more");
        return onnx;
    }

    private FitPhase Fit(Recipe recipe, ImageFolder data, string model, ComputeDevice device, Preprocessing preprocessing, StartingPoint start)
    {
        var rate = recipe.Get(Rate)!.Value;
        var fineTuning = new FineTuning { BackboneRateFactor = recipe.Get(BackboneRate)!.Value / rate, Unfreeze = recipe.Get(Unfreeze), FrozenNormalisation = recipe.Get(TransferSettings.FrozenNormalisation) };
        var sgd = new SgdOptions { Momentum = recipe.Get(SgdOptions.MomentumSetting), WeightDecay = recipe.Get(Optimisers.WeightDecay) };
        var training = FitSettings.Loop(recipe) with { LearningRate = rate, Optimiser = sgd, Schedule = Schedules.Of(recipe) };
        var augmentation = AugmentationCatalogue.Of(recipe) with { HonourExifOrientation = preprocessing.HonourExifOrientation, Mean = preprocessing.Mean };
        var taken = device == ComputeDevice.Cpu ? UseOf(recipe, data, model, preprocessing.Side, recipe.Get(CommonSettings.Precision) ?? Precision.Fp32).Estimate().Total : 0;     // at most: some stages may be frozen
        var setup = new FitSetup(training, fineTuning, augmentation, preprocessing.Side, Loading(recipe, device), Reading(recipe, data, augmentation, preprocessing.Side, taken), MemoryEfficient: false, LeavesFinal: true);
        return new FitPhase(setup, start, data, preprocessing, device, Environment.Listeners, Environment.Clock);
    }

    private CheckBefore DueCheck(Recipe recipe, ImageFolder data, string model, int side, ComputeDevice device, Precision precision) => Environment.Guard.Due(model, data.Classes.Count, side, device, Checked(recipe, data, precision));

    private static IReadOnlyList<ArithmeticUse> Checked(Recipe recipe, ImageFolder data, Precision precision)
    {
        var features = Math.Min(HeadPhase.BatchSize, data.Training.Count + data.Validation.Count);
        return IsTuned(recipe) ? ArithmeticGuard.Learning(precision, ArithmeticGuard.SizesOf(data.Training.Count, recipe.Get(CommonSettings.BatchSize)), features) : ArithmeticGuard.Using(precision, 1, 2, features);
    }

    private void CheckArithmetic(Recipe recipe, ImageFolder data, string model, int side, ComputeDevice device, Precision precision)
    {
        if (Environment.Guard.Require(model, data.Classes.Count, side, device, Checked(recipe, data, precision), recipe.Get(CommonSettings.UnsafeNumerics), Environment.ArithmeticProgress) is { } wrong) Notes.Add(wrong);
    }

    private static IEnumerable<string> Unmeasured(ImageFolder data)
    {
        var held = data.Validation.Select(sample => sample.Label).ToHashSet();
        var missing = data.Classes.Where((_, label) => !held.Contains(label)).ToList();
        if (missing.Count > 0) yield return $"no validation picture of {string.Join(", ", missing.Take(10))}{(missing.Count > 10 ? $" and {missing.Count - 10} more" : "")}: how well {(missing.Count == 1 ? "this class is" : "these classes are")} recognised is not measured (`folds` 5 measures all)";
    }
}
