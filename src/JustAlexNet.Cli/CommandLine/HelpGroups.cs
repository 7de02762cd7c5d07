using System.CommandLine;
using JustAlexNet.Settings;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>Under which heading an option stands in the help of a verb that has many.</summary>
internal static class HelpGroups
{
    /// <summary>The heading of everything else.</summary>
    public const string Other = "Other";

    private static readonly (SettingGroup? Group, string Heading, string[] Options)[] All =
    [
        (null, "Models and requests", ["--model-repository", "--max-batch", "--batch-delay", "--threads", "--decode-concurrency"]),
        (null, "Addresses and keys", ["--host", "--http-port", "--grpc-port", "--grpc-reflection", "--metrics-port", "--api-key-file", "--admin-key-file", "--no-auth", "--no-page", "--tls-certificate", "--tls-key"]),
        (null, "Limits", ["--queue-length", "--request-timeout", "--max-body-bytes", "--max-pixels", "--max-pictures", "--max-connections", "--header-timeout", "--rate-limit", "--drain-timeout"]),
        (SettingGroup.Network, "Network and weights", ["--checkpoint", "--model", "--pretrained", "--weights-url", "--class-map", "--preprocessing", "--image-size"]),
        (SettingGroup.Learning, "Learning", []),
        (SettingGroup.Photos, "Photos", ["--split", "--epoch", "--epochs", "--count", "--allow-empty-classes", "--exclude", "--into", "--group-by", "--link", "--bad-images", "--bad-images-limit", "--check", "--calibrate"]),
        (SettingGroup.Machine, "Machine", ["--device", "--precision", "--workers", "--batch-size", "--unsafe-numerics"]),
        (SettingGroup.Results, "Results", ["--topk", "--threshold", "--csv", "--embeddings", "--embed-preprocessing", "--output", "--overwrite", "--predictions", "--doubts", "--folds", "--csv-bom", "--json", "--recipe", "--print-recipe", "--dry-run", "--log-level", "--otlp-endpoint"]),
    ];

    /// <summary>Headings in order.</summary>
    public static IReadOnlyList<string> Headings { get; } = [.. All.Select(group => group.Heading), Other];

    /// <summary>The heading of an option: where its setting says, or where those that no setting declares are listed.</summary>
    public static string Of(Option option) =>
        Array.Find(All, group => option is ISettingOption declared ? group.Group == declared.Setting.Group : group.Options.Contains(option.Name)).Heading ?? Other;
}
