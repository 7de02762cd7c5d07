using JustAlexNet.Inference;
using JustAlexNet.Loggers;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Training;

namespace JustAlexNet.Runs;

/// <summary>What a rehearsal did.</summary>
/// <param name="Trained">Training pictures: one batch, or what a head needs.</param>
/// <param name="Validated">Validation pictures.</param>
/// <param name="Checkpoint">Bytes of a model that was written.</param>
/// <param name="Time">From its beginning to its end.</param>
public sealed record RehearsalResult(int Trained, int Validated, long Checkpoint, TimeSpan Time);

/// <summary>A run in small: one batch through everything (loading, learning, validation, checkpoint, pictures), in a folder of its own within that of the run, which is gone afterwards.</summary>
/// <remarks>Nothing is kept, no features either; what another tool was to be told is left out. Use: <c>var small = Rehearsal.Of(run); run.Dispose(); var result = small.Execute();</c></remarks>
public sealed class Rehearsal
{
    private const string Room = ".dry-run";

    private readonly Recipe recipe;

    private Rehearsal(Recipe recipe) => this.recipe = recipe;

    /// <summary>The rehearsal of a planned run; one that goes on is rehearsed with its checkpoint's weights.</summary>
    public static Rehearsal Of(Run run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var recipe = run.Recipe.With(CommonSettings.Output, Path.Combine(run.Files.Folder, Room)).With(CommonSettings.Resume, null).With(CommonSettings.Overwrite, true).With(LoggerCatalogue.Log, []);
        if (recipe.Has(TransferSettings.Cache)) recipe = recipe.With(TransferSettings.Cache, null).With(TransferSettings.NoCache, true);
        if (run.ResumedFrom is { } checkpoint) recipe = recipe.Has(TransferSettings.Pretrained) && recipe.Schema.Verb == TransferSettings.Schema.Verb ? recipe.With(TransferSettings.Pretrained, checkpoint) : recipe.With(TrainSettings.Pretrained, checkpoint);
        return new(recipe);
    }

    /// <summary>Does it; nothing else may learn in this process meanwhile.</summary>
    /// <param name="environment">As of the run; null: the defaults.</param>
    /// <param name="stop">Ends it between two steps.</param>
    /// <exception cref="JustAlexNetException">What would have ended the run: a picture cannot be read, a file not be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public RehearsalResult Execute(RunEnvironment? environment = null, CancellationToken stop = default)
    {
        var own = (environment ?? new RunEnvironment()) with { Rehearses = true };
        var begun = own.Clock.GetTimestamp();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var run = Run.Open(recipe, own, stop);
        run.Add(new OneEpoch(enough));
        try
        {
            var result = run.Execute(enough.Token);
            stop.ThrowIfCancellationRequested();
            if (result.FilesNotWritten.Count > 0) throw new RunException($"the dry run could not write {Counted(result)}:\n{result.FilesNotWritten.Values.First()}");
            return new(run.Data.Training.Count, run.Data.Validation.Count, new FileInfo(run.Saved).Length, own.Clock.GetElapsedTime(begun));
        }
        finally
        {
            foreach (var file in Directory.GetFiles(run.Files.Folder).Where(file => !FolderLock.Owns(file))) File.Delete(file);
        }
    }

    /// <summary>The pictures that suffice: a batch to learn from, and of every class what cross-validation needs.</summary>
    internal static ImageFolder PicturesOf(Recipe recipe, ImageFolder data)
    {
        var batch = recipe.Get(CommonSettings.BatchSize);
        var isHead = recipe.Schema.Verb == TransferSettings.Schema.Verb;
        var learned = isHead ? Math.Max(batch, Math.Max(2 * data.Classes.Count, recipe.Get(TransferSettings.Folds) ?? 0)) : batch;
        return data.Take(learned, Math.Max(batch, isHead ? data.Classes.Count : 0));
    }

    private static string Counted(RunResult result) => string.Join(", ", result.FilesNotWritten.Keys.Select(Path.GetFileName));

    private sealed class OneEpoch(CancellationTokenSource enough) : TrainingListener
    {
        public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest)
        {
            if (phase is Trainer) enough.Cancel();
        }
    }
}
