using JustAlexNet.Data;
using JustAlexNet.Files;
using JustAlexNet.Inference;
using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Runs;

/// <summary>How a network learns.</summary>
/// <param name="Training">Epochs, rates, schedule.</param>
/// <param name="FineTuning">What of it learns and how fast; null: all of it at one rate.</param>
/// <param name="Augmentation">How training pictures are varied.</param>
/// <param name="ImageSize">Side of the training pictures.</param>
/// <param name="Loading">Batches and workers.</param>
/// <param name="Reading">How training pictures are read.</param>
/// <param name="MemoryEfficient">See <see cref="Network.MemoryEfficient"/>.</param>
/// <param name="LeavesFinal">Whether the end is saved as <see cref="RunFolder.Final"/>.</param>
internal sealed record FitSetup(TrainingOptions Training, FineTuning? FineTuning, Augmentation Augmentation, ImageSizes ImageSize, LoaderOptions Loading, PhotoReading Reading, bool MemoryEfficient, bool LeavesFinal);

/// <summary>A network learns.</summary>
internal sealed class FitPhase(FitSetup setup, StartingPoint start, ImageFolder data, Preprocessing preprocessing, ComputeDevice device, IsolatedListeners listeners, TimeProvider clock) : RunPhase
{
    private Network? network;
    private Loader? training, validation;
    private Trainer? trainer;

    public FitSetup Setup => setup;

    /// <summary>The loop, made when first asked for; what does not fit shows here.</summary>
    /// <exception cref="JustAlexNetException">A checkpoint does not fit the network, or batch normalisation would see one value a channel.</exception>
    public Trainer Trainer => trainer ??= Prepare();

    /// <summary>The loop where there is one already; else null.</summary>
    public Trainer? Started => trainer;

    public override PhaseResult Execute(RunContext run, CancellationToken stop)
    {
        start.Save(Trainer, run.Files);
        var outcome = Trainer.Run(stop);
        if (setup.Reading.Cache?.Note is { } note) run.Listeners.Warned(note);
        if (outcome != TrainingOutcome.Interrupted && setup.LeavesFinal) SaveFinal(run.Files, outcome);
        if (outcome != TrainingOutcome.Interrupted && run.Files.HasSavedBest && Trainer.Best is { } best && run.Files.LacksConfusionOf(best)
            && MeasureBest(run, best.Epoch > 0 ? Trainer.Precision.Precision : Precision.Fp32) is { } measured)       // a head learns from features in float32
            run.Files.WriteConfusion(measured.Confusion);
        var confirmed = outcome == TrainingOutcome.Interrupted || Trainer.Precision.Precision == Precision.Fp32 || !run.Files.HasSavedBest ? null : MeasureBest(run, Precision.Fp32);
        return new NetworkResult(outcome, Trainer.Best, run.Measured, Trainer.Position, Trainer.StepsPerEpoch, confirmed);
    }

    public override void Dispose()
    {
        trainer?.Dispose();
        training?.Dispose();
        validation?.Dispose();
        setup.Reading.Cache?.Dispose();
        network?.Dispose();
    }

    private Trainer Prepare()
    {
        network = start.Make();
        network.MoveTo(device);
        network.MemoryEfficient = setup.MemoryEfficient;
        RequireSeveralValuesAChannel(network);
        training ??= Loader.Training(data.Training, setup.Augmentation, setup.ImageSize, setup.Training.Seed, setup.Loading, setup.Reading);
        validation ??= Loader.Evaluation(data.Validation, preprocessing, setup.Loading with { DropLast = false });
        var loop = new Trainer(network, training, validation, preprocessing, data.Classes, setup.Training, [listeners], clock, setup.FineTuning);
        try
        {
            start.Restore(loop);
            return loop;
        }
        catch
        {
            loop.Dispose();
            throw;
        }
    }

    /// <summary>Checks what would stop the loop in its first epoch. Batch normalisation over one value has variance 0.</summary>
    /// <exception cref="RunException">The last batch would hold one picture whose channels end in one value.</exception>
    public void RequireSeveralValuesAChannel(Network subject)
    {
        var size = setup.Loading.BatchSize;
        var last = setup.Loading.DropLast ? size : (data.Training.Count - 1) % size + 1;
        if (last > 1 || setup.FineTuning is { FrozenNormalisation: true } || setup.Training.Hooks.OfType<FrozenNormalisationOptions>().Any() || setup.ImageSize.Stages.FirstOrDefault(stage => subject.NormalisesSingleValues(stage.Side)) is not { Side: > 0 and var side }) return;
        var remedy = setup.FineTuning is null ? "`drop_last`" : "`batch_norm` frozen";
        throw new RunException($"the last batch of an epoch would hold one picture, and at `image_size` {side} {subject.Name} ends in one value a channel: nothing to normalise by.\nPass {remedy}, another `batch_size`, or a larger `image_size`.");
    }

    private void SaveFinal(RunFiles files, TrainingOutcome outcome)
    {
        var (folder, source) = (files.Folder, outcome == TrainingOutcome.StoppedEarly && files.HasBest ? files.Folder.Best : files.Folder.Latest);
        if (source == folder.Latest && files.LatestAt != Trainer.Position) files.Fail(folder.Final, $"cannot write {folder.Final}: the last epoch is in no file, see {folder.Latest}");
        else files.Try(folder.Final, () => AtomicFile.Share(source, folder.Final));
    }

    // Which epoch is best was judged in the precision of training; people will predict in float32.
    private ClassificationReport? MeasureBest(RunContext run, Precision precision)
    {
        try
        {
            using var best = ModelCatalogue.Find(network!.Name)!.Create(data.Classes.Count, seed: null);
            best.MoveTo(device);
            var file = run.Files.Folder.Best;
            StateLoading.CopyInto(best.State.ToDictionary(), Checkpoint.Read(file).State, file, best.Name);
            return Evaluator.Run(best, validation!, preprocessing, data.Classes, precision);
        }
        catch (DataException e)
        {
            run.Listeners.Warned($"the best checkpoint is not measured once more in {PrecisionChoice.NameOf(precision)}: {e.Message.Split('\n')[0]}");
            return null;
        }
    }
}
