using System.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Files;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>The options of the verbs that take weights from elsewhere.</summary>
internal sealed class PretrainedOptions(string description)
{
    /// <summary><c>--pretrained none|imagenet|FILE</c></summary>
    public Option<string?> Source { get; } = Values.Path("--pretrained", description, "none|imagenet|FILE", LoadedWeights.None);

    /// <summary><c>--weights-url ADDRESS</c></summary>
    public Option<string?> Address { get; } = new("--weights-url") { Description = "With --pretrained imagenet: where to download from; JUSTALEXNET_MIRROR names a folder of such files", HelpName = "ADDRESS" };

    public bool IsGiven(ParseResult result) => result.GetValue(Source) != LoadedWeights.None;

    /// <summary>What is wrong with the options together, or null.</summary>
    public string? Fault(ParseResult result, string? model)
    {
        var source = result.GetValue(Source)!;
        var isImageNet = source == LoadedWeights.ImageNet;
        if (Array.Find([LoadedWeights.ImageNet, LoadedWeights.None], word => word != source && word.Equals(source, StringComparison.OrdinalIgnoreCase)) is { } word && !File.Exists(source))
            return $"--pretrained is '{source}': did you mean {word}? (a file of this name is ./{source})";
        if (isImageNet && model is null) return $"--pretrained imagenet needs --model: {string.Join(", ", ImageNetWeights.All.Select(row => row.Model))}";
        return !isImageNet && result.GetValue(Address) is not null ? "--weights-url is for --pretrained imagenet" : null;
    }

    /// <summary>How to download, with progress where a person watches.</summary>
    public DownloadOptions Download(ParseResult result, Terminal terminal) => new() { Address = result.GetValue(Address), Progress = new DownloadDisplay(terminal).Show };

    /// <summary>Opens the weights; only where they are given.</summary>
    public LoadedWeights Open(ParseResult result, string? model, Terminal terminal) => LoadedWeights.Open(result.GetValue(Source)!, model, Download(result, terminal));
}
