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
public sealed record EpochRecord(
    int Epoch, double LearningRate, double TrainLoss, double TrainTop1, double TrainTopK, double ValLoss, double ValTop1, double ValTopK, double Seconds, double PhotosPerSecond);

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

/// <summary>Hears what the training loop does. Console, history, checkpoints and pictures are listeners; none is called from another thread.</summary>
public abstract class TrainingListener
{
    /// <summary>The loop starts or goes on at the trainer's position.</summary>
    public virtual void Started(Trainer trainer)
    {
    }

    /// <summary>A step is done. Called very often: must not wait for the device (see <see cref="Trainer.ReadSums"/>).</summary>
    public virtual void StepDone(Trainer trainer)
    {
    }

    /// <summary>A batch was not learnt from: bad pictures had left one of it, whose channels batch normalisation would have to normalise by a single value. It counts as a step.</summary>
    public virtual void BatchLeftOut(Trainer trainer, Batch batch)
    {
    }

    /// <summary>The training part of an epoch is done, validation begins.</summary>
    public virtual void ValidationStarted(Trainer trainer)
    {
    }

    /// <summary>An epoch is done, validation included; the trainer's position, history and best epoch count it already.</summary>
    /// <param name="trainer">The loop.</param>
    /// <param name="record">Its line of the history.</param>
    /// <param name="validation">Everything that validation measured.</param>
    /// <param name="isBest">Whether it is the best epoch so far: highest validation top-1, then lowest validation loss.</param>
    public virtual void EpochDone(Trainer trainer, EpochRecord record, ClassificationReport validation, bool isBest)
    {
    }

    /// <summary>The loop has ended without an error.</summary>
    public virtual void Ended(Trainer trainer, TrainingOutcome outcome)
    {
    }
}
