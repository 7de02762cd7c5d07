using JustAlexNet.Data;
using JustAlexNet.Diagnosis;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Transfer;

/// <summary>What learns.</summary>
public enum TransferMode
{
    /// <summary>The head alone; the backbone is frozen, and its features are computed once.</summary>
    Head,

    /// <summary>The head first, then the network with it.</summary>
    FineTune,
}

/// <summary>Everything that <c>justalexnet transfer</c> can be told.</summary>
public sealed record TransferOptions
{
    /// <summary>The folder of photos; see <see cref="Inference.ImageFolder"/> for the layouts.</summary>
    public required string Data { get; init; }

    /// <summary><c>imagenet</c>, a checkpoint of ours or PyTorch weights that the backbone is taken from; null only when resuming or with <see cref="Backbone"/>.</summary>
    public string? Pretrained { get; init; }

    /// <summary>How ImageNet's weights are downloaded; null: the defaults.</summary>
    public DownloadOptions? Download { get; init; }

    /// <summary>An .onnx file whose network gives the features, instead of <see cref="Pretrained"/>: one picture input, one output of features. Only for <see cref="TransferMode.Head"/>.</summary>
    public string? Backbone { get; init; }

    /// <summary>A name of <see cref="ModelCatalogue"/>; null (default): the checkpoint's, else resnet18.</summary>
    public string? Model { get; init; }

    /// <summary>Default <see cref="TransferMode.Head"/>.</summary>
    public TransferMode Mode { get; init; }

    /// <summary>How the head learns. When fine-tuning, how it learns before the network does.</summary>
    public HeadOptions Head { get; init; } = new();

    /// <summary>How the network learns after the head; only for <see cref="TransferMode.FineTune"/>.</summary>
    public TrainingOptions Training { get; init; } = new() { Epochs = 25, LearningRate = 0.01, WeightDecay = 1e-4, Schedule = new CosineRate(), EarlyStopPatience = 5 };

    /// <summary>Which part of the network learns and how fast; only for <see cref="TransferMode.FineTune"/>.</summary>
    public FineTuning FineTuning { get; init; } = new();

    /// <summary>How pictures are varied while the network learns; null (default): as the preprocessing's geometry asks, squash and mirror or random resized crop and mirror.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Pictures a step while the network learns, where nobody says otherwise and there are as many.</summary>
    internal const int StandardBatchSize = 8;

    /// <summary>Pictures a step while the network learns, 1 or more, at most as many as there are for training. Null (default): 8, or all where there are fewer.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Fixed views of each training picture that the head learns from, 1 to 12. Default 1. Validation takes the first.</summary>
    public int Views { get; init; } = 1;

    /// <summary><c>squash</c> or <c>imagenet</c> (shorter side, middle square); null (default): the pretrained checkpoint's, else imagenet.</summary>
    public string? Preprocessing { get; init; }

    /// <summary>Side of the network's square input in pixels; null (default): the pretrained checkpoint's, else 224.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Folds of a cross-validation instead of pictures held out; null (default) for none. The head then learns from all pictures.</summary>
    public int? Folds { get; init; }

    /// <summary>Share of every class that becomes validation where the folder has no validation part, above 0 and below 1. Default 0.2.</summary>
    public double ValidationShare { get; init; } = 0.2;

    /// <summary>Decides split, folds, first weights, order and augmentation. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>auto (default), cpu, cuda, cuda:N or mps.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Loader threads, 0 or more; null chooses. Default 4.</summary>
    public int? Workers { get; init; } = 4;

    /// <summary>What happens to pictures that cannot be read. Default: an error.</summary>
    public BadImages BadImages { get; init; } = BadImages.Fail;

    /// <summary>Folder in which features are kept between runs; null keeps none. Default <see cref="StandardCache"/>.</summary>
    public string? Cache { get; init; } = StandardCache;

    /// <summary>Folder for everything the run leaves. Default <c>artifacts</c>.</summary>
    public string Output { get; init; } = "artifacts";

    /// <summary>Whether history.csv and confusion_matrix.csv begin with a byte order mark, by which Excel knows UTF-8. Default false.</summary>
    public bool CsvByteOrderMark { get; init; }

    /// <summary>Replaces the run in the output folder. Default false.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Fine-tuning only: a checkpoint to go on from, <c>auto</c> for the newest whole one in the output folder (a fresh start where there is none), or null (default).</summary>
    public string? Resume { get; init; }

    /// <summary>Goes on where this machine was found to compute the network wrongly, which else is refused: see <see cref="ArithmeticCheck"/>. Fine-tuning that goes on is asked again. Default false.</summary>
    public bool UnsafeNumerics { get; init; }

    /// <summary>Told how many of how many layers are checked, where this machine's arithmetic is checked at the start; null (default): nobody.</summary>
    public Action<int, int>? ArithmeticProgress { get; init; }

    /// <summary>What checks this machine's arithmetic at the start.</summary>
    internal ArithmeticGuard Guard { get; init; } = ArithmeticGuard.Standard;

    /// <summary>The command line, recorded in <c>run.json</c>.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Where features are kept unless told otherwise: <c>justalexnet/features</c> in the user's cache folder; null where there is no home folder to have one in.</summary>
    public static string? StandardCache => FeatureCache.StandardFolder;

    /// <summary>Every value that is out of its range, as sentences; empty when all is well.</summary>
    public IReadOnlyList<string> Faults()
    {
        var tuned = Mode == TransferMode.FineTune;
        var faults = new List<string>(tuned ? Training.Faults(isWhole: Resume is null) : []);
        Check(Model is null || ModelCatalogue.Find(Model) is not null, $"--model is '{Model}', expected one of {string.Join(", ", ModelCatalogue.All.Select(m => m.Name))}");
        Check(Pretrained is not null || Backbone is not null || Resume is not null, "--pretrained is missing: imagenet, a checkpoint of justalexnet, or weights of PyTorch");
        Check(Backbone is null || (Pretrained is null && Model is null), "--backbone is a network of its own: leave out --pretrained and --model");
        Check(Backbone is null || !tuned, "--backbone is for --mode head: the network of an .onnx file does not learn");
        Check(BatchSize is null or >= 1 && Head.BatchSize >= 1, $"--batch-size is {Math.Min(BatchSize ?? Head.BatchSize, Head.BatchSize)}, expected 1 or more");
        Check(Head.Epochs >= 1, $"--epochs is {Head.Epochs}, expected 1 or more");
        Check(Head.LearningRate > 0 && double.IsFinite(Head.LearningRate), $"--lr is {Head.LearningRate}, expected a number above 0");
        Check(Head.EarlyStopPatience >= 0, $"--early-stop-patience is {Head.EarlyStopPatience}, expected 0 (off) or more");
        Check(FineTuning.BackboneRateFactor > 0 && double.IsFinite(FineTuning.BackboneRateFactor), $"--lr-backbone is {FineTuning.BackboneRateFactor * Training.LearningRate}, expected a number above 0");
        Check(Views >= 1 && Views <= View.Most, $"--views is {Views}, expected 1 to {View.Most}");
        Check(Preprocessing is null or "squash" or "imagenet", $"--preprocessing is '{Preprocessing}', expected squash or imagenet");
        if (ImageSize is { } side && Imaging.Preprocessing.SideFault(side) is { } wrong) faults.Add(wrong);
        Check(Folds is null or >= 2, $"--folds is {Folds}, expected 2 or more");
        Check(Folds is null || !tuned, "--folds is for --mode head: fine-tuning once a fold would take hours");
        Check(Resume is null || tuned, "--resume is for --mode finetune: a head learns within seconds, its features come from the cache");
        Check(ValidationShare is > 0 and < 1, $"--val-split is {ValidationShare}, expected above 0 and below 1");
        if (LoaderOptions.WorkersFault(Workers) is { } workers) faults.Add(workers);
        return faults;

        void Check(bool fine, string fault)
        {
            if (!fine) faults.Add(fault);
        }
    }
}
