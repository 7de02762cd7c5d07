using JustAlexNet.Models;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>Which hook hangs in the step, and how. Immutable, thread-safe.</summary>
public abstract record HookOptions
{
    private protected HookOptions()
    {
    }

    /// <summary>What it is called in messages.</summary>
    public abstract string Name { get; }

    /// <summary>Every value that is out of its range, as sentences.</summary>
    internal abstract IEnumerable<string> Faults();

    /// <summary>The hook; the trainer disposes it.</summary>
    internal abstract TrainingHook Create(Network network, long seed);
}

/// <summary>Something of the recipe that hangs in the training step. Not thread-safe.</summary>
/// <remarks>
/// In a step: <see cref="Prepare"/> (before the forward pass, with the batch), then, with the last batch of an update, <see cref="Updated"/>. Between: nothing, so that the plain step
/// stays what it is. What a hook remembers is its <see cref="Part"/> of a checkpoint.
/// </remarks>
internal abstract class TrainingHook : IDisposable
{
    /// <summary>Whether <see cref="Prepare"/> changes pictures, which then come in float32. Default false.</summary>
    public virtual bool ChangesPictures => false;

    /// <summary>Changes a batch before the network sees it. In the step's dispose scope, without recording.</summary>
    /// <param name="input">(N, 3, S, S), normalised; may be overwritten.</param>
    /// <param name="targets">What it is compared with.</param>
    /// <param name="classes">K.</param>
    /// <param name="at">Epochs and batches done before it: with the seed all that its random numbers may depend on.</param>
    /// <returns>What the network sees and what it is compared with.</returns>
    public virtual (Tensor Input, Targets Targets) Prepare(Tensor input, Targets targets, int classes, TrainingPosition at) => (input, targets);

    /// <summary>Which batch normalisation, by its path, uses and records the batch's statistics; null (default): as without this hook.</summary>
    public virtual Predicate<string>? NormalisesByBatch => null;

    /// <summary>The weights have been updated.</summary>
    public virtual void Updated()
    {
    }

    /// <summary>The network that is validated in place of the one that learns; null (default): that one.</summary>
    public virtual Network? Validated => null;

    /// <summary>What a checkpoint holds of it; null (default): nothing.</summary>
    public virtual ICheckpointPart? Part => null;

    /// <summary>Frees what it holds.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
