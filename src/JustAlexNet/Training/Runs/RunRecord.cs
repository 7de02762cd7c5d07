using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using JustAlexNet.Files;
using JustAlexNet.Inference;
using JustAlexNet.Runtime;

namespace JustAlexNet.Training;

/// <summary>Writes <c>run.json</c>: what was asked, with what, on what, and what came of it. Written at the start without result and again at the end.</summary>
/// <param name="path">The file.</param>
/// <param name="command">The command line.</param>
/// <param name="options">Every option in force.</param>
/// <param name="data">The pictures.</param>
/// <param name="device">Where it is computed.</param>
/// <param name="precision">What the network computes in.</param>
/// <param name="pretrained">Where it began, if not with random weights.</param>
/// <param name="started">When it began.</param>
/// <param name="folds">Parts of a cross-validation, where every picture is learned; null: none.</param>
internal sealed class RunRecord(string path, IReadOnlyList<string> command, IReadOnlyDictionary<string, object> options, ImageFolder data, ComputeDevice device, PrecisionChoice precision, PretrainedWeights? pretrained,
    DateTimeOffset started, int? folds = null)
{
    private readonly string? sha256 = pretrained?.Sha256;       // now: the file may be one that the run replaces

    internal static readonly JsonSerializerOptions Style = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Of the beginning: the pictures may change while they are learned, and the record of the end must not depend on it.
    private readonly string fingerprint = data.Fingerprint();

    /// <summary>Writes the record.</summary>
    /// <param name="result">What came of it; null before the end.</param>
    /// <param name="skipped">Pictures left out.</param>
    /// <param name="ended">When it ended; null before the end.</param>
    public void Write(Dictionary<string, object?>? result, IReadOnlyList<SkippedImage> skipped, DateTimeOffset? ended) =>
        WholeFile.Write(path, JsonSerializer.Serialize(Content(result, skipped, ended), Style) + "\n");

    /// <summary>How a run ended, as it is recorded.</summary>
    public static string Word(TrainingOutcome outcome) => outcome switch { TrainingOutcome.Finished => "finished", TrainingOutcome.StoppedEarly => "stopped_early", _ => "interrupted" };

    /// <summary>An epoch, as it is recorded.</summary>
    public static Dictionary<string, double>? Epoch(EpochRecord? record, int k) => record is null ? null
        : HistoryFile.Columns(k).Zip(HistoryFile.Values(record)).ToDictionary(pair => pair.First, pair => pair.Second);

    private Dictionary<string, object?> Content(Dictionary<string, object?>? result, IReadOnlyList<SkippedImage> skipped, DateTimeOffset? ended) => new()
    {
        ["command"] = command,
        ["options"] = options,
        ["pretrained"] = pretrained is null ? null : new Dictionary<string, object?>
        {
            ["source"] = pretrained.Source,
            ["file"] = Path.GetFullPath(pretrained.Path),
            ["entry"] = pretrained.State.Entry,
            ["sha256"] = sha256,
            ["licence"] = pretrained.Licence,
        },
        ["versions"] = TorchRuntime.Versions(),
        ["machine"] = new Dictionary<string, object?>
        {
            ["system"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["cores"] = Environment.ProcessorCount,
            ["processor"] = ProcessorFeatures.Summary,
            ["memory_bytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            ["device"] = device.ToString(),
            ["cuda_devices"] = ComputeDevice.CudaCount,
            ["precision"] = $"{precision.Name}: {precision.Reason}",
            ["threads"] = TorchRuntime.Threads,
            ["allocator"] = TorchRuntime.Prepare().Reason,
        },
        ["data"] = new Dictionary<string, object?>
        {
            ["folder"] = Path.GetFullPath(data.Folder),
            ["layout"] = data.Layout.ToString(),
            ["classes"] = data.Classes,
            ["display_names"] = data.DisplayNames.Count > 0 ? data.DisplayNames : null,
            ["train_images"] = data.Training.Count + (folds is null ? 0 : data.Validation.Count),
            ["val_images"] = folds is null ? data.Validation.Count : 0,
            ["validation"] = folds is not null ? $"cross-validation in {folds} parts" : data.ValidationOrigin switch
            {
                ValidationFolder part => $"folder {part.Name}",
                ValidationSplit split => string.Create(CultureInfo.InvariantCulture, $"split off: share {split.Share}, seed {split.Seed}"),
                _ => null,
            },
            ["unknown_files"] = data.UnknownFiles.Select(u => new { extension = u.Extension, count = u.Count, first = u.FirstPath }),
            ["skipped"] = skipped.Select(s => new { path = s.Path, reason = s.Reason }),
            ["hash"] = fingerprint,
        },
        ["started"] = started,
        ["ended"] = ended,
        ["result"] = result,
    };
}
