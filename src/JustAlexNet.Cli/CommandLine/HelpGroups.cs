namespace JustAlexNet.Cli.CommandLine;

/// <summary>Under which heading an option stands in the help of a verb that has many.</summary>
internal static class HelpGroups
{
    /// <summary>Headings in order, and the options below them.</summary>
    public static readonly (string Heading, string[] Options)[] All =
    [
        ("Network and weights", ["--checkpoint", "--model", "--pretrained", "--weights-url", "--backbone", "--class-map", "--preprocessing", "--image-size"]),
        ("Learning", ["--mode", "--head", "--sampler", "--optimizer", "--views", "--epochs", "--batch-size", "--lr", "--lr-backbone", "--unfreeze", "--batch-norm", "--momentum", "--weight-decay",
            "--schedule", "--warmup-epochs", "--early-stop-patience", "--early-stop-min-delta", "--augment", "--seed"]),
        ("Photos", ["--split", "--val-split", "--folds", "--exif", "--drop-last", "--allow-empty-classes", "--bad-images", "--bad-images-limit"]),
        ("Machine", ["--device", "--precision", "--memory-efficient", "--workers", "--cache", "--no-cache", "--unsafe-numerics"]),
        ("Results", ["--topk", "--resume", "--output", "--overwrite", "--predictions", "--csv-bom", "--json"]),
    ];

    /// <summary>The heading of everything else.</summary>
    public const string Other = "Other";

    public static string Of(string option) => Array.Find(All, group => group.Options.Contains(option)).Heading ?? Other;
}
