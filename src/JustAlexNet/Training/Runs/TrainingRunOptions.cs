using JustAlexNet.Data;
using JustAlexNet.Diagnosis;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>Everything that <c>justalexnet train</c> can be told.</summary>
public sealed record TrainingRunOptions
{
    /// <summary>The folder of photos; see <see cref="Inference.ImageFolder"/> for the layouts.</summary>
    public required string Data { get; init; }

    /// <summary>A name of <see cref="ModelCatalogue"/>. Default alexnet.</summary>
    public string Model { get; init; } = "alexnet";

    /// <summary>Pictures a step where nobody says otherwise and there are as many.</summary>
    internal const int StandardBatchSize = 32;

    /// <summary>Pictures a step, 1 or more, at most as many as there are for training. Null (default): 32, or all where there are fewer.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Side of the network's square input in pixels. Default 224.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Loader threads, 0 or more; null (default) chooses.</summary>
    public int? Workers { get; init; }

    /// <summary>Share of every class that becomes validation where the folder has no validation part, above 0 and below 1. Default 0.2.</summary>
    public double ValidationShare { get; init; } = 0.2;

    /// <summary>Decides first weights, split, order, augmentation and dropout. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>auto (default), cpu, cuda, cuda:N or mps.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>How training pictures are varied. Default <see cref="Augmentation.Basic"/>.</summary>
    public Augmentation Augmentation { get; init; } = Augmentation.Basic;

    /// <summary>Saves memory at the cost of time, DenseNets only: see <see cref="Network.MemoryEfficient"/>. Default false.</summary>
    public bool MemoryEfficient { get; init; }

    /// <summary>Leaves out an incomplete last batch. Default false.</summary>
    public bool DropLast { get; init; }

    /// <summary>Classes without pictures are kept instead of refused. Default false.</summary>
    public bool AllowEmptyClasses { get; init; }

    /// <summary>What happens to pictures that cannot be read. Default: an error.</summary>
    public BadImages BadImages { get; init; } = BadImages.Fail;

    /// <summary>Epochs, rates, schedule, early stopping. Its seed is <see cref="Seed"/>.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Folder for everything the run leaves. Default <c>checkpoints</c>.</summary>
    public string Output { get; init; } = "checkpoints";

    /// <summary>Whether history.csv and confusion_matrix.csv begin with a byte order mark, by which Excel knows UTF-8. Default false.</summary>
    public bool CsvByteOrderMark { get; init; }

    /// <summary>Replaces the run in the output folder. Default false.</summary>
    public bool Overwrite { get; init; }

    /// <summary>A checkpoint to go on from, <c>auto</c> for the newest whole one in the output folder (a fresh start where there is none), or null (default) for a fresh start.</summary>
    public string? Resume { get; init; }

    /// <summary>
    /// Weights to begin with, see <see cref="PretrainedWeights.Open"/>: <c>none</c> (default), <c>imagenet</c> or the path of a file. All of them are taken, but for the
    /// head where the classes are others; their mean and deviation come along. A run that goes on ignores it: its weights come from the checkpoint.
    /// </summary>
    public string Pretrained { get; init; } = PretrainedWeights.None;

    /// <summary>How <see cref="Pretrained"/> is downloaded where it is.</summary>
    public DownloadOptions Download { get; init; } = new();

    /// <summary>Goes on where this machine was found to compute the network wrongly, which else is refused: see <see cref="ArithmeticCheck"/>. A run that goes on is asked again. Default false.</summary>
    public bool UnsafeNumerics { get; init; }

    /// <summary>Told how many of how many layers are checked, where this machine's arithmetic is checked at the start; null (default): nobody.</summary>
    public Action<int, int>? ArithmeticProgress { get; init; }

    /// <summary>What checks this machine's arithmetic at the start.</summary>
    internal ArithmeticGuard Guard { get; init; } = ArithmeticGuard.Standard;

    /// <summary>The command line, recorded in <c>run.json</c>.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Every value that is out of its range, as sentences; empty when all is well. Of a run that is to go on, what depends on its checkpoint is left out.</summary>
    public IReadOnlyList<string> Faults() => Faults(isWhole: Resume is null);

    /// <param name="isWhole">Whether these are all options of the run; otherwise a checkpoint will say what is left out, and only single values can be judged.</param>
    internal IReadOnlyList<string> Faults(bool isWhole)
    {
        var faults = new List<string>(Training.Faults(isWhole));
        var variant = ModelCatalogue.Find(Model);
        if (variant is null) faults.Add($"--model is '{Model}', expected one of {string.Join(", ", ModelCatalogue.All.Select(m => m.Name))}");
        if (BatchSize < 1) faults.Add($"--batch-size is {BatchSize}, expected 1 or more");
        if (LoaderOptions.WorkersFault(Workers) is { } workers) faults.Add(workers);
        if (!(ValidationShare is > 0 and < 1)) faults.Add($"--val-split is {ValidationShare}, expected above 0 and below 1");
        if (Preprocessing.SideFault(ImageSize) is { } side) faults.Add(side);
        if (isWhole && MemoryEfficient && variant is { Family: not "DenseNet" }) faults.Add($"--memory-efficient is for DenseNets, {Model} has nothing to compute again");
        if (isWhole && ImageSize >= 1 && variant is not null && ImageSize < variant.SmallestSide) faults.Add($"--image-size is {ImageSize}, {Model} needs {variant.SmallestSide} or more");
        return faults;
    }

    /// <summary>Every option by its name on the command line (underscores for dashes), with the value in force: for checkpoints and <c>run.json</c>.</summary>
    internal IReadOnlyDictionary<string, object> Resolved(ComputeDevice device, string precision) => new Dictionary<string, object>(new Dictionary<string, object>
    {
        ["data"] = Data,
        ["model"] = Model,
        ["pretrained"] = Pretrained,
        ["epochs"] = Training.Epochs,
        ["batch_size"] = BatchSize ?? StandardBatchSize,
        ["lr"] = Training.LearningRate,
        ["momentum"] = Training.Momentum,
        ["weight_decay"] = Training.WeightDecay,
        ["image_size"] = ImageSize,
        ["workers"] = Workers is { } workers ? workers : "auto",
        ["val_split"] = ValidationShare,
        ["seed"] = Seed,
        ["device"] = device.ToString(),
        ["precision"] = precision,
        ["threads"] = TorchRuntime.Threads,
        ["jpeg_decoder"] = JpegDecoder.Current.Name,
        ["augment"] = Augmentation.Name,
        ["exif"] = Augmentation.HonourExifOrientation ? "apply" : "ignore",
        ["early_stop_patience"] = Training.EarlyStopPatience,
        ["early_stop_min_delta"] = Training.EarlyStopMinimumDelta,
        ["memory_efficient"] = MemoryEfficient,
        ["drop_last"] = DropLast,
        ["allow_empty_classes"] = AllowEmptyClasses,
        ["bad_images"] = BadImages.Skips ? "skip" : "fail",
        ["bad_images_limit"] = BadImages.Limit is { } limit ? limit : "none",
        ["unsafe_numerics"] = UnsafeNumerics,
        ["output"] = Output,
    }.Concat(ScheduleRecord.Of(Training.Schedule)));
}
