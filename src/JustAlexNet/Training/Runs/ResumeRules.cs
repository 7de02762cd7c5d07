using JustAlexNet.Data;
using JustAlexNet.Inference;

namespace JustAlexNet.Training;

/// <summary>Which options a continued run takes from its checkpoint, and which it may change.</summary>
internal static class ResumeRules
{
    // What decides the course of training. Device, threads, memory_efficient, workers, output and early stopping may change; precision may, where the device cannot compute in the run's; epochs may, while the schedule is constant.
    private static readonly string[] Fixed =
    [
        "model", "batch_size", "lr", "momentum", "weight_decay", "image_size", "val_split", "seed", "precision", "augment", "exif",
        "schedule", "warmup_epochs", ScheduleRecord.Step, ScheduleRecord.Final, "drop_last", "bad_images",
    ];

    // What changes the last bits of a sum or of a decoded pixel: free to change, but not in silence.
    private static readonly string[] Surroundings = ["device", "threads", "jpeg_decoder"];

    /// <summary>The options of a run that goes on: those of the checkpoint, but for what the caller gave and may change.</summary>
    /// <param name="asked">The options as asked for, defaults included.</param>
    /// <param name="given">Names (as in <see cref="TrainingRunOptions.Resolved"/>) of the options that were asked for explicitly.</param>
    /// <param name="checkpoint">Where the run stood.</param>
    /// <exception cref="TrainingException">An option contradicts the checkpoint.</exception>
    public static TrainingRunOptions Merge(TrainingRunOptions asked, IReadOnlySet<string> given, Checkpoint checkpoint)
    {
        if (checkpoint.Options.ContainsKey("verb"))
            throw new TrainingException($"{checkpoint.Path} is from justalexnet {checkpoint.Options["verb"]}, there is nothing that train could go on with.\nPass it as --pretrained to start from its weights.");
        var (recorded, wanted) = (checkpoint.Options, asked.Resolved(Runtime.ComputeDevice.Cpu, asked.Training.Precision));
        var precision = Precision(asked, given, checkpoint, Value<string>("precision"));
        var mustStay = Value<string>("schedule") == "constant" ? Fixed : [.. Fixed, "epochs"];
        var contradictions = mustStay.Where(name => given.Contains(name) && wanted[name] is not "auto" && (name != "precision" || precision == Value<string>(name)) && !Same(wanted[name], recorded.GetValueOrDefault(name)))
            .Select(name => $"--{name.Replace('_', '-')} {wanted[name]} (the run has {recorded.GetValueOrDefault(name)})").ToList();
        if (given.Contains("bad_images_limit") && Value<string>("bad_images") != "skip") contradictions.Add("--bad-images-limit (the run stops at a bad picture)");
        if (contradictions.Count > 0)
            throw new TrainingException($"{checkpoint.Path} cannot go on with other options: {string.Join(", ", contradictions)}.\nLeave them out to continue the run, or start another with --output and without --resume.");
        return asked with
        {
            Model = Value<string>("model"),
            Pretrained = recorded.GetValueOrDefault("pretrained") as string ?? PretrainedWeights.None,      // absent in the first checkpoints
            BatchSize = (int)Value<long>("batch_size"),
            ImageSize = (int)Value<long>("image_size"),
            ValidationShare = Value<double>("val_split"),
            Seed = Value<long>("seed"),
            Augmentation = (Value<string>("augment") == "standard" ? Augmentation.Standard : Augmentation.Basic) with { HonourExifOrientation = Value<string>("exif") == "apply" },
            DropLast = Value<bool>("drop_last"),
            AllowEmptyClasses = Value<bool>("allow_empty_classes") || asked.AllowEmptyClasses,
            MemoryEfficient = given.Contains("memory_efficient") ? asked.MemoryEfficient : Value<bool>("memory_efficient"),
            BadImages = Value<string>("bad_images") == "skip" ? BadImages.Skip(given.Contains("bad_images_limit") ? asked.BadImages.Limit : (int?)(recorded.GetValueOrDefault("bad_images_limit") as long?)) : BadImages.Fail,
            Training = asked.Training with
            {
                Epochs = given.Contains("epochs") ? asked.Training.Epochs : (int)Value<long>("epochs"),
                LearningRate = Value<double>("lr"),
                Momentum = Value<double>("momentum"),
                WeightDecay = Value<double>("weight_decay"),
                Schedule = ScheduleRecord.Read(recorded, Value<string>("schedule"), (int)Value<long>("warmup_epochs")),
                EarlyStopPatience = given.Contains("early_stop_patience") ? asked.Training.EarlyStopPatience : (int)Value<long>("early_stop_patience"),
                EarlyStopMinimumDelta = given.Contains("early_stop_min_delta") ? asked.Training.EarlyStopMinimumDelta : Value<double>("early_stop_min_delta"),
                Precision = precision,
                Seed = Value<long>("seed"),
            },
        };

        T Value<T>(string name) => recorded.GetValueOrDefault(name) is T value ? value
            : throw new TrainingException($"{checkpoint.Path} does not record the option '{name}', so the run cannot be continued exactly.");
    }

    // The device may change, and with it what can be computed: then, and only then, another precision may be asked for.
    private static string Precision(TrainingRunOptions asked, IReadOnlySet<string> given, Checkpoint checkpoint, string recorded)
    {
        var device = Runtime.ComputeDevice.Select(asked.Device);
        if (Runtime.PrecisionChoice.Suits(recorded, device)) return recorded;
        if (given.Contains("precision") && asked.Training.Precision != recorded) return asked.Training.Precision;
        throw new TrainingException(
            $"{checkpoint.Path} is of a run in {recorded}, in which {device} does not compute.\n" +
            "Go on with a --device that does, or in another precision, which changes the numbers a little: add --precision fp32.");
    }

    /// <summary>What is another than before without being an option of the course, a sentence each; nothing where the checkpoint does not say.</summary>
    public static IEnumerable<string> Changed(Checkpoint checkpoint, IReadOnlyDictionary<string, object> now)
    {
        var before = checkpoint.Options;
        return Surroundings.Where(name => before.ContainsKey(name) && !Same(now[name], before[name]))
            .Select(name => $"{name.Replace('_', ' ')}: {now[name]}, {before[name]} before; the numbers differ a little from those of a run that never stopped");
    }

    private static bool Same(object wanted, object? recorded) => wanted is int number ? recorded is long other && other == number : wanted.Equals(recorded);
}
