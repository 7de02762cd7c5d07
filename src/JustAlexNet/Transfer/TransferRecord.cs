using JustAlexNet.Imaging;
using JustAlexNet.Runtime;
using JustAlexNet.Training;

namespace JustAlexNet.Transfer;

/// <summary>The options of a run by their names on the command line, for checkpoints and <c>run.json</c>, and back.</summary>
internal static class TransferRecord
{
    // What decides the course of fine-tuning; the rest may change when it goes on.
    private static readonly string[] Fixed = ["model", "batch_size", "lr", "lr_backbone", "unfreeze", "batch_norm", "augment", "val_split", "seed", "epochs", "bad_images"];

    /// <summary>Every option in force.</summary>
    public static IReadOnlyDictionary<string, object> Of(TransferOptions options, string model, Preprocessing preprocessing, ComputeDevice device)
    {
        var tuned = options.Mode == TransferMode.FineTune;
        var head = options.Head;
        return new Dictionary<string, object>
        {
            ["verb"] = "transfer",
            ["data"] = options.Data,
            ["pretrained"] = options.Pretrained ?? "none",
            ["backbone"] = options.Backbone is { } onnx ? $"onnx:{onnx}" : "none",
            ["model"] = model,
            ["mode"] = tuned ? "finetune" : "head",
            ["head"] = head.Kind == HeadKind.Logistic ? "logistic" : "linear",
            ["sampler"] = head.Sampler == HeadSampler.Weighted ? "weighted" : "uniform",
            ["optimizer"] = head.Optimiser == HeadOptimiserKind.Adam ? "adam" : "sgd",
            ["views"] = options.Views,
            ["preprocessing"] = preprocessing.Geometry is Squash ? "squash" : "imagenet",
            ["image_size"] = preprocessing.Side,
            ["epochs"] = tuned ? options.Training.Epochs : head.Epochs,
            ["batch_size"] = tuned ? options.BatchSize : head.BatchSize,
            ["lr"] = tuned ? options.Training.LearningRate : head.LearningRate,
            ["lr_backbone"] = options.Training.LearningRate * options.FineTuning.BackboneRateFactor,
            ["unfreeze"] = options.FineTuning.Unfreeze ?? "all",
            ["batch_norm"] = options.FineTuning.FrozenNormalisation ? "frozen" : "train",
            ["augment"] = Augmentation(options, preprocessing).Name,
            ["momentum"] = options.Training.Momentum,
            ["weight_decay"] = options.Training.WeightDecay,
            ["schedule"] = options.Training.Schedule.Name,
            ["early_stop_patience"] = tuned ? options.Training.EarlyStopPatience : head.EarlyStopPatience,
            ["folds"] = options.Folds is { } folds ? folds : "none",
            ["val_split"] = options.ValidationShare,
            ["seed"] = options.Seed,
            ["workers"] = options.Workers is { } workers ? workers : "auto",
            ["device"] = device.ToString(),
            ["threads"] = TorchRuntime.Threads,
            ["bad_images"] = options.BadImages.Skips ? "skip" : "fail",
            ["bad_images_limit"] = options.BadImages.Limit is { } limit ? limit : "none",
            ["cache"] = options.Cache ?? "none",
            ["unsafe_numerics"] = options.UnsafeNumerics,
            ["output"] = options.Output,
        };
    }

    /// <summary>How training pictures are varied while the network learns.</summary>
    public static Data.Augmentation Augmentation(TransferOptions options, Preprocessing preprocessing) =>
        (options.Augmentation ?? (preprocessing.Geometry is Squash ? Data.Augmentation.Basic : Data.Augmentation.Standard)) with { HonourExifOrientation = preprocessing.HonourExifOrientation };

    /// <summary>The options of fine-tuning that goes on: those of the checkpoint, but for what was asked for and may change.</summary>
    /// <exception cref="TransferException">An option contradicts the checkpoint, or it is none of fine-tuning.</exception>
    public static TransferOptions Merge(TransferOptions asked, IReadOnlySet<string> given, Checkpoint checkpoint)
    {
        var recorded = checkpoint.Options;
        if (Text("verb") != "transfer" || Text("mode") != "finetune")
            throw new TransferException($"{checkpoint.Path} is not from justalexnet transfer --mode finetune, so there is nothing to go on with.\nPass it as --pretrained to start from its weights.");
        var wanted = Of(asked, asked.Model ?? checkpoint.Arch, checkpoint.Preprocessing, ComputeDevice.Cpu);
        var contradictions = Fixed.Where(name => given.Contains(name) && $"{wanted[name]}" != Text(name)).Select(name => $"--{name.Replace('_', '-')} {wanted[name]} (the run has {Text(name)})").ToList();
        if (contradictions.Count > 0)
            throw new TransferException($"{checkpoint.Path} cannot go on with other options: {string.Join(", ", contradictions)}.\nLeave them out to continue the run, or start another with --output and without --resume.");
        var rate = Value<double>("lr");
        return asked with
        {
            Model = checkpoint.Arch,
            Pretrained = Text("pretrained"),
            BatchSize = (int)Value<long>("batch_size"),
            Augmentation = Text("augment") == "standard" ? Data.Augmentation.Standard : Data.Augmentation.Basic,
            FineTuning = new FineTuning { BackboneRateFactor = Value<double>("lr_backbone") / rate, Unfreeze = Text("unfreeze") == "all" ? null : Text("unfreeze"), FrozenNormalisation = Text("batch_norm") == "frozen" },
            ValidationShare = Value<double>("val_split"),
            Seed = Value<long>("seed"),
            BadImages = Text("bad_images") == "skip" ? Data.BadImages.Skip((int?)(recorded["bad_images_limit"] as long?)) : Data.BadImages.Fail,
            Training = asked.Training with
            {
                Epochs = (int)Value<long>("epochs"),
                LearningRate = rate,
                Momentum = Value<double>("momentum"),
                WeightDecay = Value<double>("weight_decay"),
                Schedule = Schedules.Named(Text("schedule")),
                EarlyStopPatience = given.Contains("early_stop_patience") ? asked.Training.EarlyStopPatience : (int)Value<long>("early_stop_patience"),
            },
        };

        string Text(string name) => $"{recorded.GetValueOrDefault(name)}";

        T Value<T>(string name) => recorded.GetValueOrDefault(name) is T value ? value
            : throw new TransferException($"{checkpoint.Path} does not record the option '{name}', so the run cannot be continued exactly.");
    }
}
