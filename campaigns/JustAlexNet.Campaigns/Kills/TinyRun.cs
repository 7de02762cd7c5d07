namespace JustAlexNet.Campaigns.Kills;

/// <summary>A run of the command that takes a few seconds, and together with the others has everything that a checkpoint must carry.</summary>
/// <param name="Name">As in the results.</param>
/// <param name="Verb"><c>train</c> or <c>transfer</c>.</param>
/// <param name="Options">What follows the data, besides those that every run has.</param>
internal sealed record TinyRun(string Name, string Verb, params string[] Options)
{
    /// <summary>Whether a folder of photos is among them that cannot be read.</summary>
    public bool HasBadPhotos { get; init; }

    /// <summary>Dropout, mixup, cutmix, averages, growing pictures, every kind of optimiser and head; checkpoints after every step, every other, every epoch, by time.</summary>
    public static IReadOnlyList<TinyRun> All { get; } =
    [
        new("mixup", "train", "--model", "resnet18", "--image-size", "33", "--epochs", "3", "--mixup-alpha", "0.4", "--checkpoint-every", "1step"),
        new("finetune", "transfer", "--mode", "finetune", "--epochs", "2", "--batch-norm", "train", "--checkpoint-every", "1step"),
        new("dropout-mixup", "train", "--model", "alexnet", "--image-size", "63", "--epochs", "2", "--mixup-alpha", "0.4", "--momentum", "0", "--checkpoint-every", "1step"),
        new("head", "transfer", "--views", "2"),
        new("everything", "train", "--model", "resnet18", "--image-size", "33@1,40@2", "--epochs", "3", "--optimizer", "adamw", "--lr", "0.001", "--schedule", "cosine", "--warmup-epochs", "1",
            "--mixup-alpha", "0.4", "--cutmix-alpha", "1", "--ema-decay", "0.7", "--label-smoothing", "0.1", "--class-weights", "balanced", "--checkpoint-every", "2steps"),
        new("finetune-linear", "transfer", "--mode", "finetune", "--head", "linear", "--epochs", "2", "--checkpoint-every", "2steps"),
        new("bad-photos", "train", "--model", "resnet18", "--image-size", "33", "--epochs", "3", "--accumulate", "2", "--clip-grad-norm", "0.5", "--bad-images", "skip", "--checkpoint-every", "1step") { HasBadPhotos = true },
        new("head-linear", "transfer", "--head", "linear", "--epochs", "4"),
        new("early-stop", "train", "--model", "resnet18", "--image-size", "33", "--epochs", "6", "--schedule", "plateau", "--patience-epochs", "0", "--early-stop-patience", "2", "--precision", "fp32", "--checkpoint-every", "1epoch"),
        new("finetune-part", "transfer", "--mode", "finetune", "--unfreeze", "layer4", "--epochs", "3", "--early-stop-patience", "1", "--checkpoint-every", "1epoch"),
        new("disk-cache", "train", "--model", "resnet18", "--image-size", "33", "--epochs", "3", "--augment", "standard,randaugment,erasing", "--photo-cache", "disk", "--checkpoint-every", "1s,2steps"),
        new("dropout", "train", "--model", "alexnet", "--image-size", "63", "--epochs", "2", "--checkpoint-every", "1epoch"),
    ];

    /// <summary>The arguments of the command.</summary>
    /// <param name="data">What they learn from.</param>
    /// <param name="output">The run's folder.</param>
    /// <param name="workers">Threads that read photos.</param>
    public IEnumerable<string> Line(TinyData data, string output, int workers)
    {
        string[] own = Verb == "train" ? ["--batch-size", "4"] : ["--pretrained", data.Weights, "--image-size", "33", .. Options.Contains("finetune") || Options.Contains("linear") ? new[] { "--batch-size", "4" } : []];
        return [Verb, HasBadPhotos ? data.BadPhotos : data.Photos, "--output", output, "--resume", "auto", "--workers", $"{workers}", "--seed", "3", .. own, .. Options];
    }
}
