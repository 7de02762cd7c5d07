using System.CommandLine;
using JustAlexNet.Settings;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>What PyTorch's examples, torchvision, timm and Ultralytics call our verbs and options: to name ours, never to take theirs.</summary>
internal static class ForeignWords
{
    // Where two rows hold a word, the first whose option the verb has is meant.
    internal static readonly (string Ours, string[] Theirs)[] Options =
    [
        ("--lr", ["learning-rate", "learningrate", "lr0", "lr-base", "base-lr", "rate", "eta"]),
        ("--batch-size", ["batch", "b", "bs", "batchsize", "train-batch-size", "val-batch-size", "test-batch-size", "per-device-train-batch-size", "per-device-eval-batch-size"]),
        ("--image-size", ["imgsz", "img-size", "imgsize", "img", "image-sz", "input-size", "size", "resolution", "resize", "crop-size", "train-crop-size", "val-crop-size", "val-resize-size", "train-res"]),
        ("--early-stop-patience", ["patience", "early-stop", "early-stopping", "early-stopping-patience"]),
        ("--early-stop-min-delta", ["min-delta", "early-stopping-min-delta"]),
        ("--optimizer", ["opt", "optim", "optimiser"]),
        ("--topk", ["top-k", "topn", "top-n", "top", "k", "num-predictions"]),
        ("--workers", ["num-workers", "j", "nw", "n-workers", "loader-workers", "dataloader-num-workers", "threads", "num-threads"]),
        ("--model", ["arch", "a", "net", "network", "architecture", "model-name", "backbone"]),
        ("--weight-decay", ["wd", "decay", "l2", "l2-penalty", "weightdecay"]),
        ("--epochs", ["e", "n-epochs", "num-epochs", "nepochs", "max-epochs", "num-train-epochs", "iterations"]),
        ("--output", ["o", "out", "outdir", "out-dir", "output-dir", "output-folder", "save-dir", "savedir", "save", "save-path", "project", "log-dir", "results-dir"]),
        ("--checkpoint", ["ckpt", "ckpt-path", "checkpoint-path", "checkpoint-file", "model-path", "weights", "weight", "w", "load", "pth", "pretrained-weights"]),
        ("--pretrained", ["weights", "w", "pretrain", "pretrained-weights", "pretrained-path", "initial-checkpoint", "from-pretrained"]),
        ("--schedule", ["sched", "scheduler", "lr-scheduler", "lr-schedule", "lr-policy", "cos-lr"]),
        ("--warmup-epochs", ["warmup", "lr-warmup-epochs", "warm-up"]),
        ("--precision", ["amp", "half", "fp16", "bf16", "dtype", "use-amp", "mixed-precision"]),
        ("--device", ["gpu", "gpus", "cuda", "no-cuda", "use-gpu", "accelerator", "gpu-id"]),
        ("--augment", ["aug", "aa", "auto-augment", "augmentation", "augmentations", "transform", "transforms"]),
        ("--seed", ["random-seed", "manual-seed", "random-state"]),
        ("--val-split", ["val-ratio", "validation-split", "val-size", "test-size", "val-fraction", "valid-size", "val-percent"]),
        ("--folds", ["k-fold", "kfold", "k-folds", "cv", "cross-validation"]),
        ("--class-map", ["class-names", "names", "labels", "label-map", "class-to-idx", "classes"]),
        ("--views", ["tta", "crops", "n-crops"]),
        ("--resume", ["continue", "resume-from", "resume-from-checkpoint"]),
        ("--overwrite", ["exist-ok", "force", "f", "y", "overwrite-output-dir"]),
        ("--lr-backbone", ["backbone-lr"]),
        ("--unfreeze", ["freeze", "freeze-layers"]),
        ("--predictions", ["save-csv", "csv", "results-file"]),
        ("--ema-decay", ["ema", "model-ema", "model-ema-decay", "use-ema"]),
        ("--mixup-alpha", ["mixup"]),
        ("--cutmix-alpha", ["cutmix"]),
        ("--label-smoothing", ["smoothing", "label-smooth"]),
        ("--clip-grad-norm", ["clip-grad", "clip", "grad-clip", "gradient-clip-val", "max-grad-norm", "max-norm"]),
        ("--accumulate", ["accumulate-grad-batches", "gradient-accumulation-steps", "grad-accum-steps", "accum-steps", "accum"]),
        ("--step-epochs", ["step-size", "lr-step-size", "decay-epochs"]),
        ("--milestones", ["lr-milestones", "decay-milestones"]),
        ("--gamma", ["lr-gamma", "decay-rate"]),
        ("--min-lr", ["eta-min", "lr-min", "lrf"]),
        ("--warmup-steps", ["num-warmup-steps", "warmup-iters"]),
        ("--pct-start", ["warmup-ratio"]),
        ("--beta1", ["adam-beta1"]),
        ("--beta2", ["adam-beta2"]),
        ("--eps", ["opt-eps", "epsilon", "adam-epsilon"]),
        ("--class-weights", ["class-weight", "loss-weights"]),
        ("--sampler", ["weighted-sampler", "balanced-sampler", "sampling"]),
        ("--freeze-batch-norm", ["freeze-bn", "frozen-bn"]),
        ("--jitter-brightness", ["color-jitter", "colour-jitter", "brightness"]),
        ("--jitter-hue", ["hsv-h", "hue"]),
        ("--jitter-saturation", ["hsv-s", "saturation"]),
        ("--jitter-contrast", ["contrast"]),
        ("--rotation-degrees", ["degrees", "rotate", "rotation"]),
        ("--flip-probability", ["hflip", "fliplr"]),
        ("--crop-scale-min", ["scale", "min-scale"]),
        ("--augment", ["reprob", "random-erase", "erasing", "ra-magnitude"]),
        ("--log", ["tensorboard", "logger", "report-to", "loggers"]),
        ("--recipe", ["config", "cfg", "c", "yaml", "hparams"]),
        ("--loss", ["criterion", "bce-loss"]),
    ];

    internal static readonly (string Ours, string[] Theirs)[] Verbs =
    [
        ("train", ["fit", "learn", "training"]),
        ("transfer", ["finetune", "fine-tune", "tune", "transfer-learning", "probe"]),
        ("predict", ["infer", "inference", "classify", "detect", "run", "prediction"]),
        ("evaluate", ["eval", "val", "valid", "validate", "validation", "test", "score", "evaluation"]),
        ("models", ["list", "networks", "archs", "list-models"]),
        ("weights", ["convert", "inspect", "diff", "checkpoint"]),
        ("export", ["onnx", "to-onnx", "quantize", "quantise"]),
        ("doctor", ["info", "check", "checks", "env", "benchmark", "bench"]),
    ];

    private static readonly HashSet<string> Inputs =
    [
        "data", "data-dir", "data-path", "dataset", "dataset-dir", "dataset-path", "root", "train-dir", "train-data", "source", "input", "inputs", "i", "image", "images", "img", "image-path", "path", "folder", "dir", "d", "file",
    ];

    /// <summary>The end of the sentence about an option that the command does not have; null where nothing is known of it.</summary>
    /// <param name="token">As it stands on the line, dashes included, without <c>=value</c>.</param>
    /// <param name="command">The verb.</param>
    /// <param name="siblings">The other verbs.</param>
    public static string? Option(string token, Command command, IEnumerable<Command> siblings)
    {
        var word = token.TrimStart('-').Replace('_', '-').ToLowerInvariant();
        if (Named($"--{word}") is { } same) return $": did you mean {same}?";
        if (Options.FirstOrDefault(row => row.Theirs.Contains(word) && Named(row.Ours) is not null).Ours is { } ours) return $": did you mean {ours}?";
        if (command.Arguments.FirstOrDefault() is { } input && (Inputs.Contains(word) || (input.Name == "NAME" && word is "model" or "arch" or "name"))) return $": {input.Name} stands on the line by itself, as in: {(command.Parents.FirstOrDefault() is Command { Parents: var above } parent && above.Any() ? $"{parent.Name} " : "")}{command.Name} {input.Name}";
        if (Said(word, command) is { } sentence) return $": {sentence}";
        return siblings.FirstOrDefault(verb => verb != command && verb.Options.Any(option => option.Name == $"--{word}")) is { } other ? $": {other.Name} has it, {command.Name} has not" : null;

        string? Named(string name) => command.Options.FirstOrDefault(option => option.Name == name)?.Name;
    }

    /// <summary>The setting of ours that a name of other programs means; null where none is known.</summary>
    public static string? Setting(string name, RecipeSchema schema)
    {
        var word = name.Replace('_', '-').ToLowerInvariant();
        return Options.Where(row => row.Theirs.Contains(word)).Select(row => row.Ours[2..].Replace('-', '_')).FirstOrDefault(ours => schema.Find(ours) is not null);
    }

    /// <summary>The verb that is meant by a word of other tools; null where none is.</summary>
    public static string? Verb(string token, IEnumerable<string> known) =>
        Verbs.FirstOrDefault(row => row.Theirs.Contains(token.TrimStart('-').ToLowerInvariant())).Ours is { } ours && known.Contains(ours) ? ours : null;

    private static string? Said(string word, Command command) => (command.Name, word) switch
    {
        ("train" or "transfer", "num-classes" or "nc" or "n-classes" or "classes" or "class-names") => "the classes are the folders in DATA",
        ("train" or "transfer", "val-dir" or "val-path" or "val-data" or "val" or "validation-data") => "validation photos stand in DATA/val/CLASS, beside DATA/train/CLASS",
        ("train", "dropout" or "freeze" or "unfreeze" or "feature-extract") => "train has none; transfer keeps or tunes a pretrained network",
        ("train", "evaluate") => "evaluate is a command of its own",
        _ => null,
    };
}
