using System.Text.Json;
using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Loggers;
using JustAlexNet.Recipes;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;

namespace JustAlexNet.Runs;

/// <summary>The whole of <c>justalexnet train</c> and <c>justalexnet transfer</c> without the command: plan, checks, the folder claimed, phases, files.</summary>
/// <remarks>
/// Use: <c>using var run = Run.Open(new Recipe(TrainSettings.Schema) { { CommonSettings.Data, "photos" }, { CommonSettings.Epochs, 5 } }); var result = run.Execute();</c>
/// Not thread-safe; one at a time in a process, since dropout draws from libtorch's process-wide generator.
/// </remarks>
public sealed class Run : IDisposable
{
    private readonly RunPlan plan;
    private readonly RunFiles files;
    private readonly RunFilesListener saving;
    private readonly RunRecord record;
    private readonly IsolatedListeners listeners;
    private readonly TimeProvider clock;
    private readonly BestSoFar? inherited;
    private readonly IDisposable claim;
    private readonly IReadOnlyDictionary<string, object> options;
    private IReadOnlyList<string> earlierLogs = [];
    private bool isDisposed;

    private Run(RunPlan plan, RunEnvironment environment)
    {
        (this.plan, listeners, clock) = (plan, environment.Listeners, environment.Clock);
        Files = new RunFolder(plan.Recipe.Get(CommonSettings.Output));
        options = RecordedOptions.Of(plan.Recipe, plan.Device);
        var identity = new CheckpointIdentity(Data.Classes, Preprocessing, options, plan.Folds is null ? DataRecord.Of(Data) : DataRecord.OfAll(Data)) { DisplayNames = Data.DisplayNames };
        var title = $"{plan.Model}, {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Data.Folder)))}";
        files = new RunFiles(Files, identity, title, listeners.Warned, plan.Recipe.Get(CommonSettings.CsvBom)) { FreeSpace = environment.FreeSpace };
        List<string> notes = [.. plan.Notes];
        if (plan is { From: { } from, IsDone: false })
        {
            inherited = new BestSoFar(from);
            notes.AddRange(RecordedOptions.Changed(from, options));
            if (inherited.Note is { } note) notes.Add(note);
        }
        Notes = notes;
        record = new RunRecord(Files, environment.Command, options, plan, clock.GetUtcNow());
        saving = new RunFilesListener(files, new CheckpointPace(plan.Recipe.Get(FitSettings.CheckpointEvery), clock));
        listeners.Add(saving);
        foreach (var logger in LoggerCatalogue.Of(plan.Recipe, Files.Folder, clock)) listeners.Add(logger);
        claim = OutputFolder.Claim(Files.Folder, clock);
    }

    /// <summary>The recipe in force: what was left open is decided, and when resuming, it is that of the checkpoint.</summary>
    public Recipe Recipe => plan.Recipe;

    /// <summary>The pictures.</summary>
    public ImageFolder Data => plan.Data;

    /// <summary>The network's name.</summary>
    public string Model => plan.Model;

    /// <summary>How validation and prediction see pictures.</summary>
    public Preprocessing Preprocessing => plan.Preprocessing;

    /// <summary>Where it is computed.</summary>
    public ComputeDevice Device => plan.Device;

    /// <summary>What the network computes in while it learns, and why.</summary>
    public PrecisionChoice Precision => plan.Precision;

    /// <summary>The files that the run leaves.</summary>
    public RunFolder Files { get; }

    /// <summary>The best model: <c>best_model.pth</c>, or <c>best_model.onnx</c> on a backbone from an .onnx file.</summary>
    public string Saved => plan.LeavesOnnx ? Files.Onnx : Files.Best;

    /// <summary>The checkpoint that the run goes on from, or null.</summary>
    public string? ResumedFrom => plan.From?.Path;

    /// <summary>Where a run that goes on stands; all zero for a fresh start.</summary>
    public TrainingPosition Position => plan.From is null ? default : plan.Loop?.Position ?? plan.From.Position;

    /// <summary>What a person should know before it starts, a sentence each: files left out, damaged checkpoints passed over.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>What it will take.</summary>
    public RunOutlook Outlook => plan.Outlook;

    /// <summary>Threads that read photos.</summary>
    public int Workers => new LoaderOptions { Workers = Recipe.Get(CommonSettings.Workers), Pin = Device.IsCuda }.WorkersOn(Environment.ProcessorCount);

    /// <summary>Whether nothing is left to do: the checkpoint stands at the end of its run, and the files beside it say so too.</summary>
    public bool IsFinished => plan.IsDone || plan.From is { } from && plan.Loop is { IsFinished: true } loop && !(plan.LeavesFinal && !File.Exists(Files.Final)) && inherited?.IsAstray(Files) != true && !(Files.Holds(from.Path) && (IsBehind(loop) || LacksConfusion(loop)));

    internal RunPlan Plan => plan;

    /// <summary>Decides and checks everything, and claims the folder; nothing of the run is written yet.</summary>
    /// <param name="recipe">What to do, of <see cref="TrainSettings.Schema"/> or <see cref="TransferSettings.Schema"/>; copied. When resuming, what was given must not contradict the checkpoint.</param>
    /// <param name="environment">What changes no number; null: the defaults.</param>
    /// <param name="stop">Ends a download of pretrained weights.</param>
    /// <exception cref="SettingException">Settings are out of their range or exclude each other.</exception>
    /// <exception cref="Diagnosis.NumericsException">This machine computes the network wrongly: see <see cref="CommonSettings.UnsafeNumerics"/>.</exception>
    /// <exception cref="JustAlexNetException">Data, checkpoint, pretrained weights, device or output folder are not as they must be.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public static Run Open(Recipe recipe, RunEnvironment? environment = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var own = (environment ?? new RunEnvironment()) with { Listeners = new IsolatedListeners() };
        Planner planner = recipe.Schema.Verb == TrainSettings.Schema.Verb ? new TrainPlanner(recipe.Copy(), own, stop) : new TransferPlanner(recipe.Copy(), own, stop);
        var plan = planner.Plan();
        try
        {
            return new Run(plan, own);
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    /// <summary>Adds a listener; it is told after those before it, and disposed at the end of the run.</summary>
    public void Add(TrainingListener listener) => listeners.Add(listener);

    /// <summary>Learns to the end, or until <paramref name="stop"/>; keeps the files up to date. Once.</summary>
    /// <exception cref="JustAlexNetException">A picture cannot be read, the loss is not finite.</exception>
    public RunResult Execute(CancellationToken stop = default)
    {
        try
        {
            earlierLogs = [.. LoggerCatalogue.FilesIn(Files.Folder)];
            listeners.Started(new RunStart(Recipe.Schema.Verb, options, Data.Classes, Files.Folder) { RecipeText = RecipeText, Names = new ClassNames(Data.Classes, Data.DisplayNames).Readable });
            if (Replaces) files.Postpone(WriteFirst);
            else WriteFirstFiles();
            var result = Learn(stop);
            listeners.Ended(new RunEnd(result.Outcome, Fault: null));
            return result;
        }
        catch (Exception fault)
        {
            listeners.Ended(new RunEnd(Outcome: null, fault));
            throw;
        }
        finally
        {
            listeners.Dispose();
        }
    }

    /// <summary>Frees networks, optimiser, loaders and the folder, and the listeners of a run that was not executed. A second call does nothing.</summary>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        listeners.Dispose();
        plan.Dispose();
        claim.Dispose();
    }

    private RunResult Learn(CancellationToken stop)
    {
        var context = new RunContext(Recipe, Data, Preprocessing, Device, files, plan.BadImages, listeners, clock);
        var (done, outcome) = (new List<PhaseResult>(), TrainingOutcome.Interrupted);
        try
        {
            foreach (var phase in plan.Phases)
            {
                var result = phase.Execute(context, stop);
                outcome = result?.Outcome ?? TrainingOutcome.Interrupted;
                if (result is not null) done.Add(result);
                if (outcome == TrainingOutcome.Interrupted) break;
            }
        }
        catch (JustAlexNetException fault)
        {
            saving.Settle();
            // Why a run came to nothing is worth a line in its record: somebody looks at it the next morning.
            if (files.HasBegun) Write(Recorded(new RunResult(TrainingOutcome.Interrupted, done, plan.BadImages.Skipped, files.Failures)), ("outcome", "failed"), ("error", fault.Message));
            throw;
        }
        var ended = new RunResult(outcome, done, plan.BadImages.Skipped, files.Failures);
        if (files.HasBegun) Write(Recorded(ended));
        var saved = (plan.LeavesOnnx || files.HasBest) && ended.Best is not null && !files.Failures.ContainsKey(Saved);
        return ended with { FilesNotWritten = new Dictionary<string, string>(files.Failures), BestSaved = saved ? Saved : null, ResumeFrom = files.ResumeFrom };
    }

    private void Write(Dictionary<string, object?> result, params (string Name, object Value)[] more)
    {
        foreach (var (name, value) in more) result[name] = value;
        files.Try(Files.Record, () => record.Write(result, plan.BadImages.Skipped, clock.GetUtcNow()));
    }

    private Dictionary<string, object?> Recorded(RunResult result)
    {
        var (k, position) = (Math.Min(5, Data.Classes.Count), plan.Phases[^1] is FitPhase { Started: { } loop } ? loop.Position : default);
        var network = result.Network;
        var isFull = Precision.Precision == Runtime.Precision.Fp32;
        return new()
        {
            ["outcome"] = result.OutcomeName,
            ["epochs_done"] = position.Epoch,
            ["steps_into_next_epoch"] = position.Step,
            ["best"] = RunRecord.Epoch(result.Best, k),
            ["best_in_fp32"] = network?.BestInFullPrecision is { } full ? Confirmed(full.Loss, full.Top1, full.TopK, k) : isFull && network?.Best is { } best ? Confirmed(best.ValLoss, best.ValTop1, best.ValTopK, k) : null,
            ["last"] = RunRecord.Epoch(plan.Phases[^1] is FitPhase { Started.History: [.., var last] } ? last : null, k),
            ["head_top1"] = result.Head is { } head ? head.Validation.Top1 : record.Earlier("head_top1"),
            ["head_top1_interval"] = result.Head is { Validation.AccuracyInterval: var interval } ? new[] { interval.Low, interval.High } : record.Earlier("head_top1_interval"),
            ["measured_on"] = result.Phases.Count > 0 ? result.Phases[^1].Measured : null,
            ["c"] = result.Head is { C: { } c } ? c : record.Earlier("c"),
            ["strengths"] = result.Head?.Trials.Select(trial => new { c = trial.C, top1 = trial.Top1, loss = trial.Loss }) ?? (object?)record.Earlier("strengths"),
            ["files_not_written"] = result.FilesNotWritten,
        };
    }

    private static Dictionary<string, double> Confirmed(double loss, double top1, double topK, int k) => new() { ["val_loss"] = loss, ["val_top1"] = top1, [$"val_top{k}"] = topK };

    // The program may have ended between the last checkpoint and what is written after it.
    private bool IsBehind(Trainer loop) => !File.Exists(Files.History) || File.ReadAllText(Files.History) != files.HistoryText(loop.History, loop.TopK);

    private bool LacksConfusion(Trainer loop) => loop.Best is { } best && File.Exists(Files.Best) && files.LacksConfusionOf(best);

    private string RecipeText => RecipeFile.Write(Recipe);

    // A run that goes on in its own folder keeps what stands there; every other is the only one in its folder.
    private bool Replaces => Files.HoldsRun && (plan.From is null || !Files.Holds(plan.From.Path));

    private void WriteFirst()
    {
        Files.Begin(JsonSerializer.Serialize(Data.ClassToIndex, RunRecord.Style) + "\n", Replaces, earlierLogs);
        record.Write(result: null, [], ended: null);
        AtomicFile.Write(Files.Recipe, RecipeText);
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
            throw new RunException($"cannot write to the folder {Files.Folder}: {OutputFolder.Reason(e)}\n{OutputFolder.Advice(e, OutputFolder.Elsewhere)}.", e);
        }
    }
}
