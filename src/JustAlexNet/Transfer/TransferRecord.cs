using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Runtime;
using JustAlexNet.Training;

namespace JustAlexNet.Transfer;

/// <summary>The options of a run by their names on the command line, for checkpoints and <c>run.json</c>, and back.</summary>
internal static class TransferRecord
{
    // What decides the course of fine-tuning; the rest may change when it goes on.
    private static readonly string[] Fixed =
    [
        "model", "head", "sampler", "optimizer", "views", "preprocessing", "image_size", "batch_size", "lr", "lr_backbone", BackboneShare, "unfreeze", "batch_norm", "augment",
        "momentum", "weight_decay", "schedule", "warmup_epochs", ScheduleRecord.Step, ScheduleRecord.Final, "precision", "val_split", "seed", "epochs", "bad_images",
    ];

    // The backbone's rate as a share of the head's: lr_backbone is rounded, this is what training multiplies by.
    private const string BackboneShare = "backbone_rate_factor";

    /// <summary>Every option in force.</summary>
    public static IReadOnlyDictionary<string, object> Of(TransferOptions options, string model, Preprocessing preprocessing, ComputeDevice device, string precision)
    {
        var tuned = options.Mode == TransferMode.FineTune;
        var head = options.Head;
        return new Dictionary<string, object>(ScheduleRecord.Of(options.Training.Schedule))
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
            ["batch_size"] = tuned ? options.BatchSize ?? TransferOptions.StandardBatchSize : head.BatchSize,
            ["lr"] = tuned ? options.Training.LearningRate : head.LearningRate,
            ["lr_backbone"] = options.Training.LearningRate * options.FineTuning.BackboneRateFactor,
            [BackboneShare] = options.FineTuning.BackboneRateFactor,
            ["unfreeze"] = options.FineTuning.Unfreeze ?? "all",
            ["batch_norm"] = options.FineTuning.FrozenNormalisation ? "frozen" : "train",
            ["augment"] = Augmentation(options, preprocessing).Name,
            ["momentum"] = options.Training.Momentum,
            ["weight_decay"] = options.Training.WeightDecay,
            ["precision"] = precision,
            ["early_stop_patience"] = tuned ? options.Training.EarlyStopPatience : head.EarlyStopPatience,
            ["early_stop_min_delta"] = tuned ? options.Training.EarlyStopMinimumDelta : 0.0,
            ["folds"] = options.Folds is { } folds ? folds : "none",
            ["val_split"] = options.ValidationShare,
            ["seed"] = options.Seed,
            ["workers"] = options.Workers is { } workers ? workers : "auto",
            ["device"] = device.ToString(),
            ["threads"] = TorchRuntime.Threads,
            ["jpeg_decoder"] = JpegDecoder.Current.Name,
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
        var preprocessing = new PretrainedRequest(asked.Model, asked.Preprocessing, asked.ImageSize).Resolve(checkpoint.Preprocessing);
        var wanted = Of(asked, asked.Model ?? checkpoint.Arch, preprocessing, ComputeDevice.Cpu, asked.Training.Precision);
        var contradictions = Fixed.Where(name => given.Contains(name) && wanted[name] is not "auto" && !Same(wanted[name], recorded.GetValueOrDefault(name)))
            .Select(name => $"--{name.Replace('_', '-')} {wanted[name]} (the run has {Text(name)})").ToList();
        if (given.Contains("bad_images_limit") && Text("bad_images") != "skip") contradictions.Add("--bad-images-limit (the run stops at a bad picture)");
        if (contradictions.Count > 0)
            throw new TransferException($"{checkpoint.Path} cannot go on with other options: {string.Join(", ", contradictions)}.\nLeave them out to continue the run, or start another with --output and without --resume.");
        var rate = Value<double>("lr");
        return asked with
        {
            Model = checkpoint.Arch,
            Pretrained = Text("pretrained"),
            Head = asked.Head with
            {
                Kind = Text("head") == "linear" ? HeadKind.Linear : HeadKind.Logistic,
                Sampler = Text("sampler") == "weighted" ? HeadSampler.Weighted : HeadSampler.Uniform,
                Optimiser = Text("optimizer") == "sgd" ? HeadOptimiserKind.Sgd : HeadOptimiserKind.Adam,
            },
            Views = (int)Value<long>("views"),
            Cache = given.Contains("cache") || given.Contains("no_cache") ? asked.Cache : Text("cache") is "none" ? null : Text("cache"),
            BatchSize = (int)Value<long>("batch_size"),
            Augmentation = Text("augment") == "standard" ? Data.Augmentation.Standard : Data.Augmentation.Basic,
            FineTuning = new FineTuning { BackboneRateFactor = recorded.GetValueOrDefault(BackboneShare) as double? ?? Value<double>("lr_backbone") / rate, Unfreeze = Text("unfreeze") == "all" ? null : Text("unfreeze"), FrozenNormalisation = Text("batch_norm") == "frozen" },
            ValidationShare = Value<double>("val_split"),
            Seed = Value<long>("seed"),
            BadImages = Text("bad_images") == "skip" ? BadImages.Skip(given.Contains("bad_images_limit") ? asked.BadImages.Limit : (int?)(recorded["bad_images_limit"] as long?)) : BadImages.Fail,
            Training = asked.Training with
            {
                Epochs = (int)Value<long>("epochs"),
                LearningRate = rate,
                Momentum = Value<double>("momentum"),
                WeightDecay = Value<double>("weight_decay"),
                Schedule = ScheduleRecord.Read(recorded, Text("schedule"), (int)(recorded.GetValueOrDefault("warmup_epochs") as long? ?? 0)),
                EarlyStopPatience = given.Contains("early_stop_patience") ? asked.Training.EarlyStopPatience : (int)Value<long>("early_stop_patience"),
                EarlyStopMinimumDelta = recorded.GetValueOrDefault("early_stop_min_delta") as double? ?? 0,
                Precision = recorded.GetValueOrDefault("precision") as string ?? asked.Training.Precision,       // absent in the first checkpoints, as is what stands before it
            },
        };

        // A rate of the backbone that is asked for comes from a share of another rate: the last bit may differ.
        static bool Same(object wanted, object? recorded) => wanted is double asked && recorded is double has ? Math.Abs(asked - has) <= 1e-12 * Math.Abs(has) : $"{wanted}" == $"{recorded}";

        string Text(string name) => $"{recorded.GetValueOrDefault(name)}";

        T Value<T>(string name) => recorded.GetValueOrDefault(name) is T value ? value
            : throw new TransferException($"{checkpoint.Path} does not record the option '{name}', so the run cannot be continued exactly.");
    }
}
