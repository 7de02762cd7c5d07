using JustAlexNet.Data;
using JustAlexNet.Inference;

namespace JustAlexNet.Training;

/// <summary>How far a run is: epochs and steps done.</summary>
/// <param name="Epoch">Epochs finished, 0 to <see cref="TrainingOptions.Epochs"/>.</param>
/// <param name="Step">Steps (batches) finished of the epoch after them.</param>
public readonly record struct TrainingPosition(int Epoch, int Step);

/// <summary>One finished epoch: a line of the history. Losses are means of the cross-entropy (natural logarithm), top-1 and top-k fractions from 0 to 1.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="LearningRate">The rate of its steps.</param>
/// <param name="TrainLoss">Mean loss of the training pictures as they came, augmented and with dropout.</param>
/// <param name="TrainTop1">Likewise.</param>
/// <param name="TrainTopK">Likewise.</param>
/// <param name="ValLoss">Mean loss of the validation pictures after the epoch.</param>
/// <param name="ValTop1">Likewise.</param>
/// <param name="ValTopK">Likewise.</param>
/// <param name="Seconds">Time of the whole epoch, validation included.</param>
/// <param name="PhotosPerSecond">Training pictures by the time of training alone.</param>
/// <param name="ImageSize">Side of the training pictures in pixels; 0 in the history of a checkpoint that is too old to say.</param>
public sealed record EpochRecord(
    int Epoch, double LearningRate, double TrainLoss, double TrainTop1, double TrainTopK, double ValLoss, double ValTop1, double ValTopK, double Seconds, double PhotosPerSecond, int ImageSize);

/// <summary>How a run ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All epochs are done.</summary>
    Finished,

    /// <summary>The validation top-1 stayed without improvement for the given patience.</summary>
    StoppedEarly,

    /// <summary>It was asked to stop; the position says where.</summary>
    Interrupted,
}

/// <summary>Something that learns, in epochs: a network, or a head on features. Read by listeners; not thread-safe.</summary>
public abstract class TrainingPhase
{
    /// <summary>What learns: <c>head</c> or <c>network</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Number of classes.</summary>
    public abstract int Classes { get; }

    /// <summary>Epochs asked for.</summary>
    public abstract int Epochs { get; }

    /// <summary>Whether it is what the run is after, so that its epochs are the lines of <c>history.csv</c>; false for a head that a network follows.</summary>
    public abstract bool IsLast { get; }

    /// <summary>The finished epochs, in order.</summary>
    public abstract IReadOnlyList<EpochRecord> History { get; }

    /// <summary>The best epoch so far (highest validation top-1, then lowest validation loss), or null before the first; epoch 0 is what it began with.</summary>
    public abstract EpochRecord? Best { get; }

    /// <summary>min(5, classes): the k of the second accuracy.</summary>
    public int TopK => Math.Min(5, Classes);
}

/// <summary>What a run is, told at its beginning.</summary>
/// <param name="Verb">The verb that it is a run of.</param>
/// <param name="Recipe">Every setting by its name, as <c>run.json</c> has it.</param>
/// <param name="Classes">The classes' names, in the order of the labels.</param>
/// <param name="Folder">Where it leaves its files.</param>
public sealed record RunStart(string Verb, IReadOnlyDictionary<string, object> Recipe, IReadOnlyList<string> Classes, string Folder)
{
    /// <summary>The recipe as <c>recipe.yaml</c> has it; empty (default) where there is none.</summary>
    public string RecipeText { get; init; } = "";

    /// <summary>The classes' names for people, in the same order. Default: <see cref="Classes"/>.</summary>
    public IReadOnlyList<string> Names { get; init; } = Classes;
}

/// <summary>How far work is that comes before the epochs, such as the computation of features.</summary>
/// <param name="What">What is counted, in the plural.</param>
/// <param name="Done">So many, those from a cache included.</param>
/// <param name="Total">Of so many.</param>
/// <param name="FromCache">How many of them came from a cache.</param>
public sealed record WorkProgress(string What, int Done, int Total, int FromCache);

/// <summary>How a run ended.</summary>
/// <param name="Outcome">Finished, stopped early or interrupted; null after an error.</param>
/// <param name="Fault">The error; else null.</param>
public sealed record RunEnd(TrainingOutcome? Outcome, Exception? Fault);

/// <summary>Hears what a run does, in all its phases. Console, history, checkpoints, pictures and JSON lines are listeners; none is called from another thread.</summary>
/// <remarks>
/// A listener that throws is named once and left out; the run goes on. Every listener hears the end, after an error too, and is disposed then, by a run; a bare
/// <see cref="Trainer"/> leaves that to the caller.
/// </remarks>
public abstract class TrainingListener : IDisposable
{
    /// <summary>The run begins; nothing is written yet.</summary>
    public virtual void Started(RunStart run)
    {
    }

    /// <summary>A phase begins, or goes on where its history ends.</summary>
    public virtual void PhaseStarted(TrainingPhase phase)
    {
    }

    /// <summary>Work before the epochs has come further. Called often.</summary>
    public virtual void Progressed(WorkProgress progress)
    {
    }

    /// <summary>A batch has been learned from. Called very often: must not read its pictures each time.</summary>
    public virtual void BatchTrained(Trainer trainer, TrainingBatch batch)
    {
    }

    /// <summary>A step is done. Called very often: must not wait for the device (see <see cref="Trainer.ReadSums"/>).</summary>
    public virtual void StepDone(Trainer trainer)
    {
    }

    /// <summary>A batch was not learnt from: bad pictures had left one of it, whose channels batch normalisation would have to normalise by a single value. It counts as a step.</summary>
    public virtual void BatchSkipped(Trainer trainer, Batch batch)
    {
    }

    /// <summary>The training part of an epoch is done, validation begins.</summary>
    public virtual void ValidationStarted(Trainer trainer)
    {
    }

    /// <summary>An epoch is done, validation included; the phase's history and best epoch count it already.</summary>
    /// <param name="phase">What learns: a <see cref="Trainer"/> where it is a network.</param>
    /// <param name="record">Its line of the history.</param>
    /// <param name="validation">Everything that validation measured.</param>
    /// <param name="isBest">Whether it is the best epoch so far: highest validation top-1, then lowest validation loss.</param>
    public virtual void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest)
    {
    }

    /// <summary>A phase has ended without an error.</summary>
    public virtual void PhaseEnded(TrainingPhase phase, TrainingOutcome outcome)
    {
    }

    /// <summary>Something that a person should know did not go as it should, and the run goes on.</summary>
    public virtual void Warned(string message)
    {
    }

    /// <summary>The run has ended, with or without an error; nothing follows, but for <see cref="Warned"/> where another listener fails at its own end.</summary>
    public virtual void Ended(RunEnd end)
    {
    }

    /// <summary>Frees what the listener holds.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
