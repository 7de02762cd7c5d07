using System.Text.Json;
using JustAlexNet.Data;
using JustAlexNet.Diagnosis;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Reports;
using JustAlexNet.Runtime;
using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>How a run ended, and what it could not do on the way.</summary>
/// <param name="Outcome">Finished, stopped early or interrupted.</param>
/// <param name="Best">The best epoch, or null if none was finished.</param>
/// <param name="BestInFullPrecision">The best checkpoint measured once more in float32, where training ran in another precision and came to its end; else null.</param>
/// <param name="Skipped">Pictures that were left out because they could not be read.</param>
/// <param name="FilesNotWritten">Files whose newest content could not be written, with the reason; a checkpoint among them means that work would be lost.</param>
public sealed record TrainingRunResult(
    TrainingOutcome Outcome, EpochRecord? Best, ClassificationReport? BestInFullPrecision, IReadOnlyList<SkippedImage> Skipped, IReadOnlyDictionary<string, string> FilesNotWritten)
{
    /// <summary>The file of the best epoch; null where it could not be written, or was left behind by a run that goes on elsewhere.</summary>
    public string? BestSaved { get; init; }

    /// <summary>What <c>--resume</c> takes to go on: the newest checkpoint, <c>auto</c> where that could not be written but an older one of the run is there; null where there is none.</summary>
    public string? ResumeFrom { get; init; }
}

/// <summary>The whole of <c>justalexnet train</c> without the command: folder, network, loaders, loop and files.</summary>
/// <remarks>Use: <c>using var run = TrainingRun.Open(new() { Data = "photos", Model = "resnet18" }); var result = run.Run();</c> Not thread-safe; one at a time in a process.</remarks>
public sealed class TrainingRun : IDisposable
{
    private readonly Loader trainLoader, valLoader;
    private readonly Network network;
    private readonly BadImageLog badImages;
    private readonly RunFiles files;
    private readonly RunRecord record;
    private readonly List<TrainingListener> listeners = [];
    private readonly TimeProvider clock;
    private readonly List<string> notes;
    private readonly IDisposable madeFolders;
    private readonly Checkpoint? from;
    private readonly BestSoFar? inherited;

    private TrainingRun(TrainingRunOptions options, ImageFolder data, Checkpoint? from, PretrainedWeights? pretrained, List<string> notes, IDisposable madeFolders, TimeProvider clock)
    {
        (Options, Data, this.from, this.notes, this.madeFolders, this.clock) = (options, data, from, notes, madeFolders, clock);
        Files = new RunFolder(options.Output);
        try
        {
            var device = ComputeDevice.Select(options.Device);
            Preprocessing = options.Augmentation.Evaluation(options.ImageSize);
            if ((from?.Preprocessing ?? pretrained?.Preprocessing) is { } known) Preprocessing = Preprocessing with { Mean = known.Mean, Deviation = known.Deviation };
            badImages = new BadImageLog(options.BadImages, data.Training.Count + data.Validation.Count);
            var loading = new LoaderOptions
            {
                BatchSize = options.BatchSize!.Value,
                Workers = options.Workers,
                DropLast = options.DropLast,
                BadImages = options.BadImages,
                Pin = device.IsCuda,
                BadImageLog = badImages,
            };
            trainLoader = Loader.Training(data.Training, options.Augmentation, options.ImageSize, options.Seed, loading);
            valLoader = Loader.Evaluation(data.Validation, Preprocessing, loading with { DropLast = false });
            network = ModelCatalogue.Find(options.Model)!.Create(data.Classes.Count, from is null ? options.Seed : null);
            if (pretrained is not null) notes.AddRange(pretrained.LoadInto(network, data.Classes).Prepend(Introduction(pretrained)));
            network.MoveTo(device);
            network.MemoryEfficient = options.MemoryEfficient;
            RequireSeveralValuesAChannel();
            var identity = new CheckpointIdentity(data.Classes, Preprocessing, options.Resolved(device, PrecisionChoice.Select(options.Training.Precision, device).Name), DataRecord.Of(data)) { DisplayNames = data.DisplayNames };
            files = new RunFiles(Files, identity, message => FileFailed?.Invoke(message), options.CsvByteOrderMark);
            listeners.Add(new RunFilesListener(files, clock));
            Trainer = new Trainer(network, trainLoader, valLoader, Preprocessing, data.Classes, options.Training with { Seed = options.Seed }, listeners, clock);
            if (from is not null)
            {
                if (from.Data.Fingerprint != identity.Data.Fingerprint)
                    throw new TrainingException($"{from.Path} was trained on other pictures than those in {options.Data} now ({from.Data.TrainingCount} + {from.Data.ValidationCount} then, {data.Training.Count} + {data.Validation.Count} now, or other names or sizes).\nResume with the same pictures, or start another run with --output.");
                from.RestoreInto(Trainer);
                notes.AddRange(ResumeRules.Changed(from, identity.Options));
                inherited = new BestSoFar(from);
                if (inherited.Note is { } note) notes.Add(note);
            }
            record = new RunRecord(Files.Record, options.Command, identity.Options, data, device, Trainer.Precision, pretrained, clock.GetUtcNow());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The options in force: when resuming, those of the checkpoint.</summary>
    public TrainingRunOptions Options { get; }

    /// <summary>The pictures.</summary>
    public ImageFolder Data { get; }

    /// <summary>How validation and prediction see pictures.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The files that the run leaves.</summary>
    public RunFolder Files { get; }

    /// <summary>The loop.</summary>
    public Trainer Trainer { get; }

    /// <summary>The checkpoint that the run goes on from, or null.</summary>
    public string? ResumedFrom { get; private init; }

    /// <summary>What a person should know before it starts, a line each: files left out, damaged checkpoints passed over.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Number of loader threads.</summary>
    public int Workers => trainLoader.Workers;

    /// <summary>Whether nothing is left to do: the checkpoint stands at the end of its run, and the files beside it say so too.</summary>
    public bool IsFinished => Trainer.IsFinished && !(from is not null && Files.Holds(from.Path) && HistoryIsBehind);

    // The program may have ended between the last checkpoint and the table.
    private bool HistoryIsBehind => !File.Exists(Files.History) || File.ReadAllText(Files.History) != HistoryFile.Format(Trainer.History, Trainer.TopK);

    /// <summary>Raised when a file could not be written; training goes on and tries again.</summary>
    public event Action<string>? FileFailed;

    /// <summary>Prepares a run: reads the folder, builds or restores the network, checks that the output can be written.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="given">When resuming: names of the options (such as <c>batch_size</c>) that were asked for explicitly and so must not contradict the checkpoint. Null: all but the defaults are not known, the checkpoint decides.</param>
    /// <param name="clock">Null takes the system's.</param>
    /// <param name="stop">Ends a download of pretrained weights.</param>
    /// <exception cref="NumericsException">This machine computes the network wrongly: see <see cref="TrainingRunOptions.UnsafeNumerics"/>.</exception>
    /// <exception cref="JustAlexNetException">Options, data, checkpoint, pretrained weights, device or output folder are not as they must be.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public static TrainingRun Open(TrainingRunOptions options, IReadOnlySet<string>? given = null, TimeProvider? clock = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var notes = new List<string>();
        var checkpoint = FindCheckpoint(options, notes);
        if (checkpoint is not null) options = ResumeRules.Merge(options, given ?? new HashSet<string>(), checkpoint);
        else if (options.Resume is not null && given?.Contains("bad_images_limit") == true && !given.Contains("bad_images")) throw new TrainingException("--bad-images-limit is for --bad-images skip");
        if (options.Faults(isWhole: true) is { Count: > 0 } faults) throw new TrainingException(string.Join('\n', faults));
        new RunFolder(options.Output).RequireFree(options.Overwrite, checkpoint?.Path ?? options.Resume);
        var data = ImageFolder.Open(options.Data, new FolderOptions
        {
            ValidationShare = options.ValidationShare,
            Seed = options.Seed,
            AllowEmptyClasses = options.AllowEmptyClasses,
        });
        if (checkpoint is not null && !checkpoint.Classes.SequenceEqual(data.Classes))
            throw new TrainingException($"{checkpoint.Path} has other classes than {options.Data}: {Listed(checkpoint.Classes)} there, {Listed(data.Classes)} here.\nResume with the same pictures, or start another run with --output.");
        options = options with { BatchSize = BatchSizeFor(data, options.BatchSize, TrainingRunOptions.StandardBatchSize, notes) };
        notes.AddRange(TorchRuntime.MissingFunctions);
        notes.AddRange(data.Notes);
        notes.AddRange(data.UnknownFiles.Select(u => $"left out {u.Count} file(s) with the extension {u.Extension}, such as {u.FirstPath}"));
        if (ConfusionMatrixPicture.Absence(data.Classes.Count) is { } absent) notes.Add(absent);
        if (checkpoint is not null && given?.Contains("pretrained") == true) notes.Add("--pretrained is left aside: the weights of a run that goes on come from its checkpoint");
        new RunFolder(options.Output).RequireApartFrom(data);
        var made = OutputFolder.Make(options.Output, "Name another folder with --output, or make room here.");
        try
        {
            var pretrained = checkpoint is null && options.Pretrained != PretrainedWeights.None ? PretrainedWeights.Open(options.Pretrained, options.Model, options.Download, stop) : null;
            if (CheckArithmetic(options, data) is { } wrong) notes.Add(wrong);
            return new TrainingRun(options, data, checkpoint, pretrained, notes, made, clock ?? TimeProvider.System) { ResumedFrom = checkpoint?.Path };
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Adds a listener; it is told after those before it.</summary>
    public void Add(TrainingListener listener) => listeners.Add(listener);

    /// <summary>Trains to the end, or until <paramref name="stop"/>; keeps the files up to date.</summary>
    /// <exception cref="JustAlexNetException">A picture cannot be read, the loss is not finite.</exception>
    public TrainingRunResult Run(CancellationToken stop = default)
    {
        if (Replaces) files.Postpone(WriteFirst);
        else WriteFirstFiles();
        var outcome = Train(stop);
        var saved = files.HasBest && !files.Failures.ContainsKey(Files.Best) ? Files.Best : null;
        var confirmed = outcome == TrainingOutcome.Interrupted || Trainer.Precision.Precision == Precision.Fp32 || saved is null ? null : ConfirmBest();
        var skipped = badImages.Skipped;
        var result = new TrainingRunResult(outcome, Trainer.Best, confirmed, skipped, files.Failures) { BestSaved = saved, ResumeFrom = files.ResumeFrom };
        try
        {
            if (files.HasBegun) record.Write(Recorded(result), skipped, clock.GetUtcNow());
            return result;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var message = $"cannot write {Files.Record}: {OutputFolder.Reason(e)}";
            FileFailed?.Invoke(message);
            return result with { FilesNotWritten = new Dictionary<string, string>(files.Failures) { [Files.Record] = message } };
        }
    }

    private static string Introduction(PretrainedWeights weights) =>
        string.Join("; ", new[] { $"begins with the weights of {weights.Path}", weights.Licence }.Concat(weights.Notes).OfType<string>());

    private Dictionary<string, object?> Recorded(TrainingRunResult result) => new()
    {
        ["outcome"] = RunRecord.Word(result.Outcome),
        ["epochs_done"] = Trainer.Position.Epoch,
        ["steps_into_next_epoch"] = Trainer.Position.Step,
        ["best"] = RunRecord.Epoch(Trainer.Best, Trainer.TopK),
        ["best_in_fp32"] = Trainer.Precision.Precision == Precision.Fp32
            ? Trainer.Best is { } best ? Confirmed(best.ValLoss, best.ValTop1, best.ValTopK) : null
            : result.BestInFullPrecision is { } full ? Confirmed(full.Loss, full.Top1, full.TopK) : null,
        ["last"] = RunRecord.Epoch(Trainer.History.Count == 0 ? null : Trainer.History[^1], Trainer.TopK),
        ["files_not_written"] = result.FilesNotWritten,
    };

    private Dictionary<string, double> Confirmed(double loss, double top1, double topK) => new() { ["val_loss"] = loss, ["val_top1"] = top1, [$"val_top{Trainer.TopK}"] = topK };

    // A run that goes on in its own folder keeps what stands there; every other is the only one in its folder.
    private bool Replaces => Files.HoldsRun && (from is null || !Files.Holds(from.Path));

    private void WriteFirst()
    {
        Files.Begin(JsonSerializer.Serialize(Data.ClassToIndex, RunRecord.Style) + "\n", Replaces);
        record.Write(result: null, [], ended: null);
        if (inherited is not null) files.Try(Files.Best, () => inherited.Bring(files));
    }

    private void WriteFirstFiles()
    {
        try
        {
            WriteFirst();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"cannot write to the folder {Files.Folder}: {OutputFolder.Reason(e)}\nName another folder with --output, or make room here.", e);
        }
    }

    // Which epoch is best was judged in the precision of training; people will predict in float32.
    private ClassificationReport? ConfirmBest()
    {
        try
        {
            return MeasureBest();
        }
        catch (DataException e)
        {
            FileFailed?.Invoke($"the best checkpoint is not measured once more in fp32: {e.Message.Split('\n')[0]}");
            return null;
        }
    }

    private ClassificationReport MeasureBest()
    {
        using var best = ModelCatalogue.Find(Options.Model)!.Create(Data.Classes.Count, seed: null);
        best.MoveTo(network.Device);
        StateLoading.CopyInto(best.State.ToDictionary(), Checkpoint.Read(Files.Best).State, Files.Best, best.Name);
        return Evaluator.Run(best, valLoader, Preprocessing, Data.Classes);
    }

    // Why a run came to nothing is worth a line in its record: somebody looks at it the next morning.
    private TrainingOutcome Train(CancellationToken stop)
    {
        try
        {
            return Trainer.Run(stop);
        }
        catch (JustAlexNetException fault)
        {
            try
            {
                var failure = new Dictionary<string, object?> { ["outcome"] = "failed", ["error"] = fault.Message, ["epochs_done"] = Trainer.Position.Epoch, ["best"] = RunRecord.Epoch(Trainer.Best, Trainer.TopK) };
                if (files.HasBegun) record.Write(failure, badImages.Skipped, clock.GetUtcNow());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                FileFailed?.Invoke($"cannot write {Files.Record}: {OutputFolder.Reason(e)}");
            }
            throw;
        }
    }

    /// <summary>Frees network, optimiser and loaders.</summary>
    public void Dispose()
    {
        Trainer?.Dispose();
        trainLoader?.Dispose();
        valLoader?.Dispose();
        network?.Dispose();
        madeFolders.Dispose();
    }

    // Before anything is removed or written. Validation at the end is in fp32.
    private static string? CheckArithmetic(TrainingRunOptions options, ImageFolder data)
    {
        var device = ComputeDevice.Select(options.Device);
        var size = options.BatchSize!.Value;
        var (learning, measuring) = (Math.Min(size, data.Training.Count), Math.Min(size, data.Validation.Count));
        var uses = ArithmeticGuard.Learning(PrecisionChoice.Select(options.Training.Precision, device).Precision, learning, measuring);
        return options.Guard.Require(options.Model, data.Classes.Count, options.ImageSize, device, uses, options.UnsafeNumerics, options.ArithmeticProgress);
    }

    private static Checkpoint? FindCheckpoint(TrainingRunOptions options, List<string> notes)
    {
        if (options.Resume is null) return null;
        var folder = new RunFolder(options.Output);
        if (options.Overwrite && (options.Resume == "auto" || folder.Holds(options.Resume)))
            throw new TrainingException("--resume and --overwrite exclude each other: one continues the run in the folder, the other deletes it.");
        if (options.Resume != "auto") return Checkpoint.Read(options.Resume);
        var newest = folder.NewestCheckpoint(out var damaged);
        notes.AddRange(damaged.Select(file => $"passed over: {file}"));
        if (newest is null && damaged.Count > 0)
            throw new TrainingException($"no checkpoint in {options.Output} is whole:\n{string.Join('\n', damaged)}\nPass --overwrite instead of --resume to start anew.");
        return newest;
    }

    // Batch normalisation over one value has variance 0: PyTorch stops with "Expected more than 1 value per channel" in the middle of the first epoch.
    private void RequireSeveralValuesAChannel()
    {
        var size = Options.BatchSize!.Value;
        var last = Options.DropLast ? size : (Data.Training.Count - 1) % size + 1;
        if (last > 1 || !network.NormalisesSingleValues(Options.ImageSize)) return;
        throw new TrainingException($"the last batch of an epoch would hold one picture, and at --image-size {Options.ImageSize} {Options.Model} ends in one value a channel: nothing to normalise by.\nPass --drop-last, another --batch-size, or a larger --image-size.");
    }

    /// <summary>The batch size asked for; where none was, the usual one, or all pictures where there are fewer.</summary>
    internal static int BatchSizeFor(ImageFolder data, int? asked, int usual, List<string> notes)
    {
        if (asked is { } size) return size;
        if (data.Training.Count >= usual) return usual;
        notes.Add($"batches of {data.Training.Count}: there are no more training photos (usual are {usual}; --batch-size chooses)");
        return data.Training.Count;
    }

    private static string Listed(IReadOnlyList<string> names) => names.Count <= 6 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(5))} and {names.Count - 5} more";
}
