using JustAlexNet.Models;
using JustAlexNet.Training;
using JustAlexNet.Transfer;

namespace JustAlexNet.Runs;

/// <summary>What a network begins to learn from.</summary>
internal abstract class StartingPoint
{
    /// <summary>The network, on any device; the phase disposes it.</summary>
    public abstract Network Make();

    /// <summary>Brings a loop over this network to where it stood.</summary>
    public virtual void Restore(Trainer trainer)
    {
    }

    /// <summary>Saves what there is before the first step.</summary>
    public virtual void Save(Trainer trainer, RunFiles files)
    {
    }
}

/// <summary>A network with its first weights, drawn or pretrained.</summary>
internal sealed class InitialWeights(Network network) : StartingPoint
{
    public override Network Make() => network;
}

/// <summary>A run that goes on.</summary>
internal sealed class FromCheckpoint(Checkpoint checkpoint, int classes) : StartingPoint
{
    public override Network Make() => ModelCatalogue.Find(checkpoint.Arch)!.Create(classes, seed: null);

    public override void Restore(Trainer trainer) => checkpoint.RestoreInto(trainer);
}

/// <summary>A backbone with the head that has learned before.</summary>
internal sealed class AfterHead(HeadPhase phase, NetworkBackbone backbone, int classes, long seed) : StartingPoint
{
    public override Network Make() => backbone.With(classes, phase.Trained!.Best, seed);

    public override void Restore(Trainer trainer) => trainer.BeginAt(phase.Trained!.BestEpoch);

    // The head alone is the first candidate for the best, and what a run that is killed in its first epoch goes on from: after it nobody knows the head's own matrix.
    public override void Save(Trainer trainer, RunFiles files)
    {
        files.WriteConfusion(phase.Trained!.Validation.Confusion);
        files.Save(files.Folder.Best, () => CheckpointState.Of(trainer));
    }
}
