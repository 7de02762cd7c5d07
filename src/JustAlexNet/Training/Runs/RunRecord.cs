using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using JustAlexNet.Data;
using JustAlexNet.Evaluation;
using JustAlexNet.Runtime;

namespace JustAlexNet.Training;

/// <summary>Writes <c>run.json</c>: what was asked, with what, on what, and what came of it. Written at the start without result and again at the end.</summary>
internal sealed class RunRecord(RunFolder folder, TrainingRunOptions options, ImageFolder data, Trainer trainer, PretrainedWeights? pretrained, DateTimeOffset started)
{
    internal static readonly JsonSerializerOptions Style = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Write(TrainingRunResult? result, IReadOnlyList<SkippedImage> skipped, DateTimeOffset? ended) =>
        Write(result is null ? null : Result(result), skipped, ended);

    /// <summary>The same of a run that an error ended.</summary>
    public void WriteFailure(string error, IReadOnlyList<SkippedImage> skipped, DateTimeOffset ended) =>
        Write(new Dictionary<string, object?> { ["outcome"] = "failed", ["error"] = error, ["epochs_done"] = trainer.Position.Epoch, ["best"] = Epoch(trainer.Best) }, skipped, ended);

    private void Write(Dictionary<string, object?>? result, IReadOnlyList<SkippedImage> skipped, DateTimeOffset? ended) =>
        TextFile.Write(folder.Record, JsonSerializer.Serialize(Content(result, skipped, ended), Style) + "\n");

    private Dictionary<string, object?> Content(Dictionary<string, object?>? result, IReadOnlyList<SkippedImage> skipped, DateTimeOffset? ended) => new()
    {
        ["command"] = options.Command,
        ["options"] = options.Resolved(trainer.Network.Device, trainer.Precision.Name),
        ["pretrained"] = pretrained is null ? null : new Dictionary<string, object?>
        {
            ["source"] = pretrained.Source,
            ["file"] = Path.GetFullPath(pretrained.Path),
            ["entry"] = pretrained.State.Entry,
            ["sha256"] = pretrained.Sha256,
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
            ["device"] = trainer.Network.Device.ToString(),
            ["cuda_devices"] = ComputeDevice.CudaCount,
            ["precision"] = $"{trainer.Precision.Name}: {trainer.Precision.Reason}",
            ["threads"] = TorchRuntime.Threads,
            ["allocator"] = TorchRuntime.Prepare().Reason,
        },
        ["data"] = new Dictionary<string, object?>
        {
            ["folder"] = Path.GetFullPath(data.Folder),
            ["layout"] = data.Layout.ToString(),
            ["classes"] = data.Classes,
            ["train_images"] = data.Training.Count,
            ["val_images"] = data.Validation.Count,
            ["validation"] = data.ValidationOrigin switch
            {
                ValidationFolder part => $"folder {part.Name}",
                ValidationSplit split => string.Create(CultureInfo.InvariantCulture, $"split off: share {split.Share}, seed {split.Seed}"),
                _ => null,
            },
            ["unknown_files"] = data.UnknownFiles.Select(u => new { extension = u.Extension, count = u.Count, first = u.FirstPath }),
            ["skipped"] = skipped.Select(s => new { path = s.Path, reason = s.Reason }),
            ["hash"] = data.Fingerprint(),
        },
        ["started"] = started,
        ["ended"] = ended,
        ["result"] = result,
    };

    private Dictionary<string, object?> Result(TrainingRunResult result) => new()
    {
        ["outcome"] = result.Outcome switch { TrainingOutcome.Finished => "finished", TrainingOutcome.StoppedEarly => "stopped_early", _ => "interrupted" },
        ["epochs_done"] = trainer.Position.Epoch,
        ["steps_into_next_epoch"] = trainer.Position.Step,
        ["best"] = Epoch(trainer.Best),
        ["best_in_fp32"] = trainer.Precision.Precision == Precision.Fp32 ? Confirmed(trainer.Best) : Confirmed(result.BestInFullPrecision),
        ["last"] = Epoch(trainer.History.Count == 0 ? null : trainer.History[^1]),
        ["files_not_written"] = result.FilesNotWritten,
    };

    private Dictionary<string, double>? Confirmed(EpochRecord? best) => best is null ? null : Confirmed(best.ValLoss, best.ValTop1, best.ValTopK);

    private Dictionary<string, double>? Confirmed(ClassificationReport? report) => report is null ? null : Confirmed(report.Loss, report.Top1, report.TopK);

    private Dictionary<string, double> Confirmed(double loss, double top1, double topK) => new() { ["val_loss"] = loss, ["val_top1"] = top1, [$"val_top{trainer.TopK}"] = topK };

    private Dictionary<string, double>? Epoch(EpochRecord? record) => record is null ? null
        : HistoryFile.Columns(trainer.TopK).Zip(HistoryFile.Values(record)).ToDictionary(pair => pair.First, pair => pair.Second);
}
