using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;

namespace JustAlexNet.Runs;

/// <summary>What the phases of a run share.</summary>
/// <param name="Recipe">In force.</param>
/// <param name="Data">The pictures.</param>
/// <param name="Preprocessing">How validation and prediction see them.</param>
/// <param name="Device">Where it is computed.</param>
/// <param name="Files">What the run leaves.</param>
/// <param name="BadImages">Counts pictures that cannot be read, in all phases together.</param>
/// <param name="Listeners">Hear everything.</param>
/// <param name="Clock">Tells the time.</param>
internal sealed record RunContext(
    Recipe Recipe, ImageFolder Data, Preprocessing Preprocessing, ComputeDevice Device, RunFiles Files, BadImageLog BadImages, IsolatedListeners Listeners, TimeProvider Clock)
{
    /// <summary>Validation pictures that could be read.</summary>
    public int Measured => Data.Validation.Count - BadImages.Skipped.Select(skipped => skipped.Path).Intersect(Data.Validation.Select(sample => sample.Path)).Count();
}

/// <summary>A part of a run that learns something: prepared and checked before anything is written, then executed once.</summary>
internal abstract class RunPhase : IDisposable
{
    /// <summary>Learns to the end, or until it is asked to stop.</summary>
    /// <returns>What it came to; null where it was interrupted before there was anything.</returns>
    /// <exception cref="JustAlexNetException">A picture cannot be read, the loss is not finite.</exception>
    public abstract PhaseResult? Execute(RunContext run, CancellationToken stop);

    /// <summary>Frees networks and loaders.</summary>
    public abstract void Dispose();
}
