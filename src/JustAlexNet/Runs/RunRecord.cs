using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using JustAlexNet.Files;
using JustAlexNet.Inference;
using JustAlexNet.Runtime;
using JustAlexNet.Training;

namespace JustAlexNet.Runs;

/// <summary>Writes <c>run.json</c>: what was asked, with what, on what, and what came of it. Written at the start without result and again at the end.</summary>
/// <param name="files">Where it stands.</param>
/// <param name="command">The command line.</param>
/// <param name="options">Every setting in force.</param>
/// <param name="plan">The run.</param>
/// <param name="started">When it began.</param>
internal sealed class RunRecord(RunFolder files, IReadOnlyList<string> command, IReadOnlyDictionary<string, object> options, RunPlan plan, DateTimeOffset started)
{
    // Of the beginning: the file may be one that the run replaces, and what an earlier part of the run found is not found again.
    private readonly string? sha256 = plan.Pretrained?.Sha256;
    private readonly JsonObject? before = plan.From is { } from ? Before(from.Path) : null;

    internal static readonly JsonSerializerOptions Style = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Of the beginning: the pictures may change while they are learned, and the record of the end must not depend on it.
    private readonly string fingerprint = plan.Data.Fingerprint();

    /// <summary>Writes the record.</summary>
    /// <param name="result">What came of it; null before the end.</param>
    /// <param name="skipped">Pictures left out.</param>
    /// <param name="ended">When it ended; null before the end.</param>
    public void Write(Dictionary<string, object?>? result, IReadOnlyList<SkippedImage> skipped, DateTimeOffset? ended) =>
        AtomicFile.Write(files.Record, JsonSerializer.Serialize(Content(result, skipped, ended), Style) + "\n");

    /// <summary>An epoch, as it is recorded.</summary>
    public static Dictionary<string, double>? Epoch(EpochRecord? record, int k) => record is null ? null
        : HistoryFile.Columns(k).Zip(HistoryFile.Values(record)).ToDictionary(pair => pair.First, pair => pair.Second);

    /// <summary>What an earlier part of the run found, by its name in the result; null where there was none, or its record is not there.</summary>
    public JsonNode? Earlier(string entry) => before?["result"] is JsonObject result ? result[entry]?.DeepClone() : null;

    /// <summary>The record of the run that a checkpoint is of; null where it is not there, or damaged.</summary>
    /// <param name="checkpoint">A file beside it.</param>
    internal static JsonObject? Before(string checkpoint)
    {
        var path = new RunFolder(Path.GetDirectoryName(RealPath.Resolve(checkpoint) ?? Path.GetFullPath(checkpoint))!).Record;
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path), documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject : null;
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)       // InvalidOperationException: a text that is not Unicode
        {
            return null;        // a record for people: the run goes on from its checkpoint alone
        }
    }

    private Dictionary<string, object?> Content(Dictionary<string, object?>? result, IReadOnlyList<SkippedImage> skipped, DateTimeOffset? ended) => new()
    {
        ["command"] = command,
        ["options"] = options,
        ["pretrained"] = plan.Pretrained is { } weights ? new Dictionary<string, object?>
        {
            ["source"] = weights.Source,
            ["file"] = Path.GetFullPath(weights.Path),
            ["entry"] = weights.State.Entry,
            ["sha256"] = sha256,
            ["licence"] = weights.Licence,
        } : before?["pretrained"],
        ["versions"] = TorchRuntime.Versions(),
        ["machine"] = new Dictionary<string, object?>
        {
            ["system"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["cores"] = Environment.ProcessorCount,
            ["processor"] = ProcessorFeatures.Summary,
            ["memory_bytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            ["device"] = plan.Device.ToString(),
            ["cuda_devices"] = ComputeDevice.CudaCount,
            ["precision"] = $"{plan.Precision.Name}: {plan.Precision.Reason}",
            ["threads"] = TorchRuntime.Threads,
            ["allocator"] = TorchRuntime.Prepare().Reason,
        },
        ["data"] = new Dictionary<string, object?>
        {
            ["folder"] = Path.GetFullPath(plan.Data.Folder),
            ["layout"] = plan.Data.Layout.ToString(),
            ["classes"] = plan.Data.Classes,
            ["display_names"] = plan.Data.DisplayNames.Count > 0 ? plan.Data.DisplayNames : null,
            ["train_images"] = plan.Data.Training.Count + (plan.Folds is null ? 0 : plan.Data.Validation.Count),
            ["val_images"] = plan.Folds is null ? plan.Data.Validation.Count : 0,
            ["validation"] = plan.Folds is { } folds ? $"cross-validation in {folds} parts" : plan.Data.ValidationOrigin switch
            {
                ValidationFolder part => $"folder {part.Name}",
                ValidationSplit split => string.Create(CultureInfo.InvariantCulture, $"split off: share {split.Fraction}, seed {split.Seed}"),
                _ => null,
            },
            ["unknown_files"] = plan.Data.UnknownFiles.Select(u => new { extension = u.Extension, count = u.Count, first = u.FirstPath }),
            ["excluded"] = plan.Data.Excluded.Count > 0 ? plan.Data.Excluded : null,
            ["skipped"] = skipped.Select(s => new { path = s.Path, reason = s.Reason }),
            ["hash"] = fingerprint,
        },
        ["started"] = started,
        ["ended"] = ended,
        ["result"] = result,
    };
}
