using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Onnx;
using JustAlexNet.Recipes;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using JustAlexNet.Transfer;
using JustAlexNet.Weights;

namespace JustAlexNet.Runs;

/// <summary>A head learns from the features of a frozen backbone, which are computed once.</summary>
/// <param name="backbone">Disposed with the phase.</param>
/// <param name="head">How it learns.</param>
/// <param name="views">Views of each training picture.</param>
/// <param name="folds">Parts of a cross-validation; null: validation pictures are held out.</param>
/// <param name="cache">Where features are kept; null: nowhere.</param>
/// <param name="isLast">Whether the head is what the run is after: then it is saved, and counts when it is interrupted.</param>
internal sealed class HeadPhase(Backbone backbone, HeadOptions head, int views, int? folds, string? cache, bool isLast) : RunPhase
{
    /// <summary>Pictures that features are computed of at once.</summary>
    public const int BatchSize = 32;

    /// <summary>The same for larger pictures: above 512 pixels a side fewer, so that a batch has no more pixels.</summary>
    public static int BatchSizeOf(int side) => (int)Math.Clamp(BatchSize * 512L * 512 / ((long)side * side), 1, BatchSize);

    /// <summary>What has learned; null before.</summary>
    public TrainedHead? Trained { get; private set; }

    public override PhaseResult? Execute(RunContext run, CancellationToken stop)
    {
        int measured;
        try
        {
            (Trained, measured) = Learn(run, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        // Half a head is no place to go on from: its epochs are not those of fine-tuning, and it is learned again in seconds.
        if (!isLast && Trained.Outcome == TrainingOutcome.Interrupted) return null;
        if (isLast) Save(run, Trained);
        return new HeadResult(Trained.Outcome, Trained.BestEpoch, measured, Trained.Validation, Trained.C, Trained.Trials);
    }

    public override void Dispose() => backbone.Dispose();

    private (TrainedHead Head, int Measured) Learn(RunContext run, CancellationToken stop)
    {
        var data = run.Data;
        var loading = new LoaderOptions { BatchSize = BatchSizeOf(backbone.Preprocessing.Side), Workers = run.Recipe.Get(CommonSettings.Workers), BadImages = RunPlan.BadImagesOf(run.Recipe), Pin = run.Device.IsCuda, BadImageLog = run.BadImages };
        var extractor = new FeatureExtractor(backbone, new FeatureCache(cache), loading, run.Clock);
        var training = new HeadTraining(data.Classes, head, run.Recipe.Get(CommonSettings.Seed), run.Clock) { Listener = run.Listeners, IsAlone = isLast, IsByFolds = folds is not null, ImageSize = backbone.Preprocessing.Side };
        run.Listeners.PhaseStarted(training);
        var each = FeatureView.First(views);
        var (here, there) = (data.Training.Count * each.Count, data.Validation.Count);
        var (learned, held) = folds is null ? (data.Training.Count, data.Validation.Count) : (data.Training.Count + data.Validation.Count, 0);
        new HeadMemory(learned, held, each.Count, backbone.FeatureCount, data.Classes.Count).Require(head.Kind, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        var counter = new FeatureCounter(run.Listeners);
        try
        {
            if (folds is { } parts)
            {
                Sample[] all = [.. data.Training, .. data.Validation];
                var pictures = Required(extractor.Run(all, each, counter.From(0, all.Length * each.Count), stop), "picture");
                if (pictures.Count < parts) throw TooManyFolds(parts, pictures.Count, data.Folder);
                return (Ended(training.RunByFolds(pictures, parts, stop)), pictures.Count);
            }
            var known = Required(extractor.Run(data.Training, each, counter.From(0, here + there), stop), "training picture");
            var unknown = Required(extractor.Run(data.Validation, FeatureView.First(1), counter.From(here, here + there), stop), "validation picture");
            return (Ended(training.Run(known, unknown, stop)), unknown.Count);
        }
        finally
        {
            foreach (var note in extractor.Notes) run.Listeners.Warned(note);
            if (backbone.Note is { } wrong) run.Listeners.Warned(wrong);
        }

        TrainedHead Ended(TrainedHead trained)
        {
            run.Listeners.PhaseEnded(training, trained.Outcome);
            return trained;
        }

        FeatureTable Required((FeatureTable Table, IReadOnlyList<Sample> Samples) features, string what) => features.Table.Count > 0 ? features.Table
            : throw new TransferException($"no {what} of {data.Folder} can be read.\nRepair the pictures, or choose another folder.");
    }

    /// <summary>More folds than pictures.</summary>
    public static RunException TooManyFolds(int folds, int pictures, string folder) => new($"`folds` is {folds}, more than the {Counted.Of(pictures, "picture")} in {folder}.\nPass a smaller number.");

    private void Save(RunContext run, TrainedHead trained)
    {
        // Made before the first file: an earlier run goes with that, and what stands in its file may be the backbone of this one.
        using var whole = new MemoryStream();
        var (files, data) = (run.Files, run.Data);
        if (backbone is OnnxBackbone onnx)
        {
            var learned = new Dictionary<string, string> { [OnnxMetadata.RecipeKey] = CheckpointEntries.ToJson(files.Identity.Options.ToDictionary(entry => entry.Key, entry => (object?)entry.Value)), [OnnxMetadata.DataKey] = DataRecordText.Of(files.Identity.Data) };
            OnnxHead.Write(onnx.Network, whole, Single(trained.Best.Weight), Single(trained.Best.Bias), data.Classes, run.Preprocessing, data.DisplayNames, learned);
        }
        files.WriteConfusion(trained.Validation.Confusion);
        files.WriteHistory(trained.History, trained.Validation.K, trained.BestEpoch);
        if (backbone is OnnxBackbone)
        {
            files.Try(files.Folder.Onnx, () => FileReplacement.Write(files.Folder.Onnx, whole.WriteTo));
            return;
        }
        RandomState.Seed(run.Recipe.Get(CommonSettings.Seed));      // what was drawn depends on which features were computed and which were kept, and the file must not
        using var network = ((NetworkBackbone)backbone).With(data.Classes.Count, trained.Best, run.Recipe.Get(CommonSettings.Seed));
        Write(files.Folder.Best, trained.BestEpoch.Epoch);
        if (trained.Last == trained.Best && files.HasSavedBest)
        {
            files.Try(files.Folder.Final, () => AtomicFile.Share(files.Folder.Best, files.Folder.Final));
            return;
        }
        NetworkBackbone.Fill(network, trained.Last);
        Write(files.Folder.Final, trained.Outcome == TrainingOutcome.StoppedEarly ? trained.BestEpoch.Epoch : trained.History[^1].Epoch);

        void Write(string path, int epoch) => files.Save(path, () => CheckpointState.OfHead(network, epoch, trained.BestEpoch, trained.History));
    }

    private static float[] Single(double[] values) => [.. values.Select(value => (float)value)];

    // Of both parts together, what came from the cache.
    private sealed class FeatureCounter(TrainingListener listener)
    {
        private int before, sofar;

        public Action<FeatureProgress> From(int done, int total)
        {
            before = sofar;
            return progress => listener.Progressed(new WorkProgress("features", done + progress.Done, total, sofar = before + progress.FromCache));
        }
    }
}
