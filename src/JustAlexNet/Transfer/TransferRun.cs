using System.Text.Json;
using JustAlexNet.Data;
using JustAlexNet.Diagnosis;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Onnx;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using JustAlexNet.Weights.Archives;

namespace JustAlexNet.Transfer;

/// <summary>The whole of <c>justalexnet transfer</c> without the command: features once, a head, and the network after it where asked.</summary>
/// <remarks>Use: <c>using var run = TransferRun.Open(new() { Data = "photos", Pretrained = "resnet18.pth" }); var result = run.Run();</c> Not thread-safe; one at a time in a process.</remarks>
public sealed class TransferRun : IDisposable
{
    private const int ExtractionBatch = 32;

    private readonly Backbone? backbone;         // null when fine-tuning goes on from a checkpoint
    private readonly Checkpoint? from;
    private readonly ComputeDevice device;
    private readonly TimeProvider clock;
    private readonly BadImageLog badImages;
    private readonly RunFiles files;
    private readonly RunRecord record;
    private readonly List<TrainingListener> listeners = [];
    private readonly List<string> notes;
    private readonly IDisposable madeFolders;
    private readonly BestSoFar? inherited;

    private TransferRun(TransferOptions options, ImageFolder data, Backbone? backbone, Checkpoint? from, ComputeDevice device, List<string> notes, IDisposable madeFolders, TimeProvider clock)
    {
        (Options, Data, this.backbone, this.from, this.device, this.notes, this.madeFolders, this.clock) = (options, data, backbone, from, device, notes, madeFolders, clock);
        Preprocessing = backbone?.Preprocessing ?? from!.Preprocessing;
        Model = backbone?.Name ?? from!.Arch;
        Files = new RunFolder(options.Output);
        Saved = backbone is OnnxBackbone ? Files.Onnx : Files.Best;
        badImages = new BadImageLog(options.BadImages, data.Training.Count + data.Validation.Count);
        var precision = options.Mode == TransferMode.FineTune ? PrecisionChoice.Select(options.Training.Precision, device) : PrecisionChoice.Full;
        var resolved = TransferRecord.Of(options, Model, Preprocessing, device, precision.Name);
        Identity = new CheckpointIdentity(data.Classes, Preprocessing, resolved, options.Folds is null ? DataRecord.Of(data) : DataRecord.OfAll(data)) { DisplayNames = data.DisplayNames };
        files = new RunFiles(Files, Identity, message => FileFailed?.Invoke(message), options.CsvByteOrderMark);
        record = new RunRecord(Files.Record, options.Command, resolved, data, device, precision, (backbone as NetworkBackbone)?.Weights, clock.GetUtcNow(), options.Folds);
        if (backbone is NetworkBackbone { Network: var network } && options.Mode == TransferMode.FineTune) RequireTunable(network);
        if (from is null) return;
        inherited = new BestSoFar(from);
        notes.AddRange(ResumeRules.Changed(from, resolved));
        if (inherited.Note is { } note) notes.Add(note);
    }

    /// <summary>The options in force: when resuming, those of the checkpoint.</summary>
    public TransferOptions Options { get; }

    /// <summary>The pictures.</summary>
    public ImageFolder Data { get; }

    /// <summary>The network's name.</summary>
    public string Model { get; }

    /// <summary>How pictures become its input.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>Where it is computed.</summary>
    public ComputeDevice Device => device;

    /// <summary>The files that the run leaves.</summary>
    public RunFolder Files { get; }

    /// <summary>The best model: <c>best_model.pth</c>, or <c>best_model.onnx</c> on a backbone from an .onnx file.</summary>
    public string Saved { get; }

    /// <summary>The checkpoint that fine-tuning goes on from, or null.</summary>
    public string? ResumedFrom => from?.Path;

    /// <summary>Whether nothing is left to do: the checkpoint stands at the end of its run.</summary>
    public bool IsFinished => from is not null && File.Exists(Files.Final) && from.Position.Epoch >= Options.Training.Epochs;

    /// <summary>What a person should know before it starts, a line each.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Raised when a file could not be written, and for what a person should know on the way.</summary>
    public event Action<string>? FileFailed;

    /// <summary>Raised after every batch of features.</summary>
    public event Action<FeatureProgress>? FeaturesComputed;

    /// <summary>Raised after every epoch of the head, with whether it is the best so far.</summary>
    public event Action<EpochRecord, bool>? HeadEpochDone;

    private CheckpointIdentity Identity { get; }

    /// <summary>Prepares a run: reads folder and weights, checks that the output can be written.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="given">When resuming: names of the options (such as <c>batch_size</c>) that were asked for explicitly and so must not contradict the checkpoint.</param>
    /// <param name="clock">Null takes the system's.</param>
    /// <param name="stop">Ends a download of pretrained weights.</param>
    /// <exception cref="NumericsException">This machine computes the network wrongly: see <see cref="TransferOptions.UnsafeNumerics"/>.</exception>
    /// <exception cref="JustAlexNetException">Options, data, weights, device or output folder are not as they must be.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public static TransferRun Open(TransferOptions options, IReadOnlySet<string>? given = null, TimeProvider? clock = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is { Count: > 0 } faults) throw new TransferException(string.Join('\n', faults));
        var notes = new List<string>();
        var from = FindCheckpoint(options, notes);
        if (from is not null) options = TransferRecord.Merge(options, given ?? new HashSet<string>(), from);
        else if (options.Resume is not null && given?.Contains("bad_images_limit") == true && !given.Contains("bad_images")) throw new TransferException("--bad-images-limit is for --bad-images skip");
        else if (options.Training.Faults() is { Count: > 0 } wrong && options.Mode == TransferMode.FineTune) throw new TransferException(string.Join('\n', wrong));
        else if (options.Pretrained is null && options.Backbone is null) throw new TransferException($"there is no checkpoint in {options.Output} to go on with, and --pretrained is missing.\nName the weights to start from with --pretrained.");
        var device = ComputeDevice.Select(options.Device);
        new RunFolder(options.Output).RequireFree(options.Overwrite, from?.Path ?? options.Resume, options.Mode == TransferMode.FineTune);
        var data = ImageFolder.Open(options.Data, new FolderOptions { ValidationShare = options.ValidationShare, Seed = options.Seed, AllowUnmeasuredClasses = true });
        if (from is not null && (!from.Classes.SequenceEqual(data.Classes) || from.Data.Fingerprint != data.Fingerprint()))
            throw new TransferException($"{from.Path} was trained on other pictures than those in {options.Data} now.\nResume with the same pictures, or start another run with --output.");
        options = Batches(options, data, given, notes);
        if (options.Folds > data.Training.Count + data.Validation.Count) throw TooManyFolds(options, data.Training.Count + data.Validation.Count);
        notes.AddRange(data.Notes);
        notes.AddRange(data.UnknownFiles.Select(u => $"left out {u.Count} file(s) with the extension {u.Extension}, such as {u.FirstPath}"));
        if (Reports.ConfusionMatrixPicture.Absence(data.Classes.Count) is { } absent) notes.Add(absent);
        if (options.Folds is null) notes.AddRange(Unmeasured(data));
        if (from is not null && given?.Contains("pretrained") == true) notes.Add("--pretrained is left aside: the weights of a run that goes on come from its checkpoint");
        new RunFolder(options.Output).RequireApartFrom(data);
        var made = OutputFolder.Make(options.Output, "Name another folder with --output, or make room here.");
        Backbone? backbone = null;
        try
        {
            var request = new PretrainedRequest(options.Model, options.Preprocessing, options.ImageSize);
            if (from is null) backbone = options.Backbone is { } onnx ? OnnxBackbone.Open(onnx, request) : PretrainedBackbone.Open(options.Pretrained!, request, options.Download, device, notes, stop);
            if (backbone is OnnxBackbone { Network.GivesProbabilities: true })
                notes.Add($"{options.Backbone} ends in a softmax: the head learns from the probabilities of its classes. Exported without its last layers it would give features, which say more");
            if (CheckArithmetic(options, data, backbone, from, device) is { } wrong) notes.Add(wrong);
            return new TransferRun(options, data, backbone, from, device, notes, made, clock ?? TimeProvider.System);
        }
        catch
        {
            backbone?.Dispose();
            made.Dispose();
            throw;
        }
    }

    /// <summary>Adds a listener of the loop that follows the head; only fine-tuning has one.</summary>
    public void Add(TrainingListener listener) => listeners.Add(listener);

    /// <summary>Learns to the end, or until <paramref name="stop"/>; features computed so far are kept, and so is the best head or epoch.</summary>
    /// <exception cref="JustAlexNetException">A picture cannot be read, the loss is not finite.</exception>
    public TransferResult Run(CancellationToken stop = default)
    {
        if (Replaces) files.Postpone(WriteFirst);
        else WriteFirstFiles();
        TransferResult result;
        try
        {
            result = Learn(stop) with { Skipped = badImages.Skipped };
        }
        catch (JustAlexNetException fault)
        {
            if (files.HasBegun) WriteRecord(new() { ["outcome"] = "failed", ["error"] = fault.Message });
            throw;
        }
        if (files.HasBegun) WriteRecord(Recorded(result));
        var saved = (backbone is OnnxBackbone || files.HasBest) && result.Best is not null && !files.Failures.ContainsKey(Saved);
        return result with { FilesNotWritten = new Dictionary<string, string>(files.Failures), BestSaved = saved ? Saved : null, ResumeFrom = files.ResumeFrom };
    }

    /// <summary>Frees the networks.</summary>
    public void Dispose()
    {
        backbone?.Dispose();
        madeFolders.Dispose();
    }

    private TransferResult Learn(CancellationToken stop)
    {
        if (from is not null) return Tune(ModelCatalogue.Find(Model)!.Create(Data.Classes.Count, seed: null), head: null, stop);
        TrainedHead head;
        int measured;
        try
        {
            (head, measured) = LearnHead(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new TransferResult { Outcome = TrainingOutcome.Interrupted };
        }
        var result = new TransferResult { Outcome = head.Outcome, Best = head.BestEpoch, Head = head.Validation, Measured = measured, C = head.C, Trials = head.Trials };
        if (Options.Mode == TransferMode.FineTune)
        {
            // Half a head is no place to go on from: its epochs are not those of fine-tuning, and it is learned again in seconds.
            if (head.Outcome == TrainingOutcome.Interrupted) return new TransferResult { Outcome = TrainingOutcome.Interrupted };
            return Tune(((NetworkBackbone)backbone!).With(Data.Classes.Count, head.Best, Options.Seed), result, stop);
        }
        SaveHead(head);
        return result;
    }

    private (TrainedHead Head, int Measured) LearnHead(CancellationToken stop)
    {
        var loading = new LoaderOptions { BatchSize = ExtractionBatch, Workers = Options.Workers, BadImages = Options.BadImages, Pin = device.IsCuda, BadImageLog = badImages };
        var extractor = new FeatureExtractor(backbone!, new FeatureCache(Options.Cache), loading, clock);
        var training = new HeadTraining(Data.Classes, Options.Head, Options.Seed, clock) { EpochDone = (epoch, isBest) => HeadEpochDone?.Invoke(epoch, isBest) };
        var views = View.First(Options.Views);
        var (here, there) = (Data.Training.Count * views.Count, Data.Validation.Count);
        var (learned, measured) = Options.Folds is null ? (Data.Training.Count, Data.Validation.Count) : (Data.Training.Count + Data.Validation.Count, 0);
        new HeadMemory(learned, measured, views.Count, backbone!.FeatureCount, Data.Classes.Count).Require(Options.Head.Kind, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        var (before, sofar) = (0, 0);       // of both parts, what came from the cache
        try
        {
            if (Options.Folds is { } folds)
            {
                Sample[] all = [.. Data.Training, .. Data.Validation];
                var pictures = Required(extractor.Run(all, views, Tell(0, all.Length * views.Count), stop), "picture");
                if (pictures.Count < folds) throw TooManyFolds(Options, pictures.Count);
                return (training.RunByFolds(pictures, folds, stop), pictures.Count);
            }
            var learnt = Required(extractor.Run(Data.Training, views, Tell(0, here + there), stop), "training picture");
            var held = Required(extractor.Run(Data.Validation, View.First(1), Tell(here, here + there), stop), "validation picture");
            return (training.Run(learnt, held, stop), held.Count);
        }
        finally
        {
            foreach (var note in extractor.Notes) FileFailed?.Invoke(note);
        }

        Action<FeatureProgress> Tell(int done, int total)
        {
            before = sofar;
            return progress => FeaturesComputed?.Invoke(progress with { Done = done + progress.Done, Total = total, FromCache = sofar = before + progress.FromCache });
        }

        FeatureTable Required((FeatureTable Table, IReadOnlyList<Sample> Samples) features, string what) => features.Table.Count > 0 ? features.Table
            : throw new TransferException($"no {what} of {Options.Data} can be read.\nRepair the pictures, or choose another folder.");
    }

    private void SaveHead(TrainedHead head)
    {
        // Made before the first file: an earlier run goes with that, and what stands in its file may be the backbone of this one.
        using var whole = new MemoryStream();
        if (backbone is OnnxBackbone onnx) OnnxHead.Write(onnx.Network, whole, Single(head.Best.Weight), Single(head.Best.Bias), Data.Classes, Preprocessing, Data.DisplayNames);
        files.WriteConfusion(head.Validation.Confusion);
        files.WriteHistory(head.History, head.Validation.K, head.BestEpoch);
        if (backbone is OnnxBackbone)
        {
            files.Try(Saved, () => FileReplacement.Write(Saved, whole.WriteTo));
            return;
        }
        using var network = ((NetworkBackbone)backbone!).With(Data.Classes.Count, head.Best, Options.Seed);
        Save(Files.Best, head.BestEpoch.Epoch);
        NetworkBackbone.Fill(network, head.Last);
        Save(Files.Final, head.Outcome == TrainingOutcome.StoppedEarly ? head.BestEpoch.Epoch : head.History[^1].Epoch);

        void Save(string path, int epoch)
        {
            var optimiser = new Weights.PickleDictionary { { "state", new Weights.PickleDictionary() }, { "param_groups", new List<object?>() } };
            files.Save(path, new CheckpointState(network, optimiser, new TrainingPosition(epoch, 0), EpochSums.None, head.BestEpoch, new ConstantRate(), head.History));
        }
    }

    private static float[] Single(double[] values) => [.. values.Select(value => (float)value)];

    private TransferResult Tune(Network network, TransferResult? head, CancellationToken stop)
    {
        using var owned = network;
        network.MoveTo(device);
        var loading = new LoaderOptions { BatchSize = Options.BatchSize!.Value, Workers = Options.Workers, BadImages = Options.BadImages, Pin = device.IsCuda, BadImageLog = badImages };
        using var training = Loader.Training(Data.Training, TransferRecord.Augmentation(Options, Preprocessing), Preprocessing.Side, Options.Seed, loading);
        using var validation = Loader.Evaluation(Data.Validation, Preprocessing, loading);
        using var trainer = new Trainer(
            network, training, validation, Preprocessing, Data.Classes, Options.Training with { Seed = Options.Seed },
            [new RunFilesListener(files, clock), .. listeners], clock, Options.FineTuning);
        from?.RestoreInto(trainer);
        if (head is not null) SaveBeginning(trainer, head);
        var outcome = trainer.Run(stop);
        if (outcome != TrainingOutcome.Interrupted) files.Try(Files.Final, () => BestSoFar.Copy(outcome == TrainingOutcome.StoppedEarly && files.HasBest ? Files.Best : Files.Latest, Files.Final));
        return (head ?? new TransferResult { Outcome = outcome }) with { Outcome = outcome, Best = trainer.Best, Measured = Data.Validation.Count - badImages.Skipped.Count(s => Data.Validation.Any(v => v.Path == s.Path)) };
    }

    // The head alone is the first candidate for the best, and what a run that is killed in its first epoch goes on from.
    private void SaveBeginning(Trainer trainer, TransferResult head)
    {
        trainer.BeginAt(head.Best!);
        files.Save(Files.Best, CheckpointState.Of(trainer));
        files.WriteConfusion(head.Head!.Confusion);
    }

    // What fine-tuning would stop at after the head has learned.
    private void RequireTunable(Network network)
    {
        _ = FineTunedPart.FirstToLearn(network, Options.FineTuning.Unfreeze);
        Loader.RequireFits(Options.BatchSize!.Value, Data.Training.Count);
        // As in training from scratch; frozen statistics need no second value.
        if (Options.FineTuning.FrozenNormalisation || (Data.Training.Count - 1) % Options.BatchSize.Value > 0 || !network.NormalisesSingleValues(Preprocessing.Side)) return;
        throw new TransferException($"the last batch of an epoch would hold one picture, and at --image-size {Preprocessing.Side} {Model} ends in one value a channel: nothing to normalise by.\nPass --batch-norm frozen, another --batch-size, or a larger --image-size.");
    }

    private static TransferException TooManyFolds(TransferOptions options, int pictures) => new($"--folds is {options.Folds}, more than the {pictures} pictures in {options.Data}.\nPass a smaller number.");

    // A size that was asked for and cannot be had is refused; the usual one gives way.
    private static TransferOptions Batches(TransferOptions options, ImageFolder data, IReadOnlySet<string>? given, List<string> notes)
    {
        if (options.Mode == TransferMode.FineTune) return options with { BatchSize = TrainingRun.BatchSizeFor(data, options.BatchSize, TransferOptions.StandardBatchSize, notes) };
        if (options.Head.Kind == HeadKind.Linear && given?.Contains("batch_size") == true) Loader.RequireFits(options.Head.BatchSize, data.Training.Count + (options.Folds is null ? 0 : data.Validation.Count));
        return options;
    }

    private Dictionary<string, object?> Recorded(TransferResult result) => new()
    {
        ["outcome"] = RunRecord.Word(result.Outcome),
        ["best"] = RunRecord.Epoch(result.Best, Math.Min(5, Data.Classes.Count)),
        ["head_top1"] = result.Head?.Top1,
        ["head_top1_interval"] = result.Head is { AccuracyInterval: var interval } ? new[] { interval.Low, interval.High } : null,
        ["measured_on"] = result.Measured,
        ["c"] = result.C,
        ["strengths"] = result.Trials.Select(trial => new { c = trial.C, top1 = trial.Top1, loss = trial.Loss }),
        ["files_not_written"] = files.Failures,
    };

    // As in TrainingRun.
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
            throw new TransferException($"cannot write to the folder {Files.Folder}: {OutputFolder.Reason(e)}\nName another folder with --output, or make room here.", e);
        }
    }

    private void WriteRecord(Dictionary<string, object?> result) => files.Try(Files.Record, () => record.Write(result, badImages.Skipped, clock.GetUtcNow()));

    private static IEnumerable<string> Unmeasured(ImageFolder data)
    {
        var held = data.Validation.Select(sample => sample.Label).ToHashSet();
        var missing = data.Classes.Where((_, label) => !held.Contains(label)).ToList();
        if (missing.Count > 0) yield return $"no validation picture of {string.Join(", ", missing.Take(10))}{(missing.Count > 10 ? $" and {missing.Count - 10} more" : "")}: how well {(missing.Count == 1 ? "this class is" : "these classes are")} recognised is not measured (--folds 5 measures all)";
    }

    // ONNX Runtime has kernels of its own.
    private static string? CheckArithmetic(TransferOptions options, ImageFolder data, Backbone? backbone, Checkpoint? from, ComputeDevice device)
    {
        if (backbone is OnnxBackbone) return null;
        var features = Math.Min(ExtractionBatch, data.Training.Count + data.Validation.Count);
        var uses = options.Mode == TransferMode.Head ? ArithmeticGuard.Using(1, 2, features)
            : ArithmeticGuard.Learning(PrecisionChoice.Select(options.Training.Precision, device).Precision, Math.Min(options.BatchSize!.Value, data.Training.Count), features);
        return options.Guard.Require(backbone?.Name ?? from!.Arch, data.Classes.Count, (backbone?.Preprocessing ?? from!.Preprocessing).Side, device, uses, options.UnsafeNumerics, options.ArithmeticProgress);
    }

    private static Checkpoint? FindCheckpoint(TransferOptions options, List<string> notes)
    {
        if (options.Resume is null) return null;
        var folder = new RunFolder(options.Output);
        if (options.Overwrite && (options.Resume == "auto" || folder.Holds(options.Resume)))
            throw new TransferException("--resume and --overwrite exclude each other: one continues the run in the folder, the other deletes it.");
        if (options.Resume != "auto") return Checkpoint.Read(options.Resume);
        var newest = folder.NewestCheckpoint(out var damaged);
        notes.AddRange(damaged.Select(file => $"passed over: {file}"));
        if (newest is null && damaged.Count > 0)
            throw new TransferException($"no checkpoint in {options.Output} is whole:\n{string.Join('\n', damaged)}\nPass --overwrite instead of --resume to start anew.");
        return newest;
    }
}
