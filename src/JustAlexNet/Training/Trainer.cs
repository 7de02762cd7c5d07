using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Weights;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>The training loop: steps, epochs, validation. Everything else listens (<see cref="TrainingListener"/>).</summary>
/// <remarks>
/// Optimiser, schedule, loss and hooks are those of the options; <see cref="TrainStep"/> puts them together. Convolutions and linear layers compute in <see cref="Precision"/>, in training
/// and in validation; loss, sums, weights and the optimiser's state are float32. Validation is by cross-entropy, whatever the loss. A step is an update of the weights, of one batch or of
/// <see cref="TrainingOptions.Accumulate"/>. On the processor a run is a function of the network's first weights, the data, the options, the
/// number of threads and the library versions. Network and loaders stay the caller's. Not thread-safe; one run at a time in a process, since dropout
/// draws from libtorch's process-wide generator.
/// </remarks>
public sealed class Trainer : TrainingPhase, IDisposable
{
    private readonly Loader training, validation;
    private readonly Preprocessing preprocessing;
    private readonly IReadOnlyList<string> classes;
    private readonly IsolatedListeners listeners = new();
    private readonly TimeProvider clock;
    private readonly EpochHistory history;
    private readonly TrainableSet? trainable;
    private readonly Predicate<string>? normalisesByBatch;
    private readonly TrainingLoss loss;
    private readonly List<TrainingHook> hooks;
    private readonly TrainStep step;
    private readonly LearningRateScheduler scheduler;
    private TrainingMeter? meter;
    private bool foundNotFinite;
    private EpochSums startingSums = EpochSums.None;

    /// <summary>A loop at its beginning.</summary>
    /// <param name="network">Already on the device where it shall learn.</param>
    /// <param name="training">Shuffled and augmented pictures.</param>
    /// <param name="validation">Pictures in order, as prediction sees them.</param>
    /// <param name="preprocessing">Gives mean and deviation of the network's input.</param>
    /// <param name="classes">The classes' names, in the order of the labels.</param>
    /// <param name="options">Checked here, all faults together.</param>
    /// <param name="listeners">Told in this order.</param>
    /// <param name="clock">Null takes the system's.</param>
    /// <param name="fineTuning">What of the network learns and how fast; null: everything at the same rate.</param>
    /// <exception cref="TrainingException">Options are out of range, or batch normalisation would see a single value a channel.</exception>
    public Trainer(
        Network network, Loader training, Loader validation, Preprocessing preprocessing, IReadOnlyList<string> classes, TrainingOptions options,
        IReadOnlyList<TrainingListener>? listeners = null, TimeProvider? clock = null, FineTuning? fineTuning = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is { Count: > 0 } faults) throw new TrainingException(string.Join('\n', faults));
        if (classes.Count != network.Classes) throw new ArgumentException($"the network has {network.Classes} classes, the data {classes.Count}", nameof(classes));
        (Network, this.training, this.validation, this.preprocessing, this.classes, Options) = (network, training, validation, preprocessing, classes, options);
        this.clock = clock ?? TimeProvider.System;
        foreach (var listener in listeners ?? []) this.listeners.Add(listener);
        Precision = PrecisionChoice.Select(options.Precision, network.Device);
        Scaler = Precision.Precision == Runtime.Precision.Fp16 ? new GradientScaler() : null;
        history = new EpochHistory(options.EarlyStopPatience, options.EarlyStopMinimumDelta);
        trainable = fineTuning is null ? null : new TrainableSet(network, fineTuning);
        Optimiser = options.Optimiser.Create(network.Parameters, trainable?.RateFactors);
        loss = options.Loss.Create(training.CountLabels(classes.Count), network.Device);
        hooks = [.. options.Hooks.Select(hook => hook.Create(network, options.Seed))];
        normalisesByBatch = All([.. hooks.Select(hook => hook.NormalisesByBatch).Append(trainable is null ? null : trainable.NormalisesByBatch).OfType<Predicate<string>>()]);
        step = new TrainStep(network, Optimiser, preprocessing, Precision.Precision, loss)
        {
            Hooks = hooks, Accumulate = options.Accumulate, MaximumNorm = options.ClipGradientNorm, Scaler = Scaler, NormalisesByBatch = normalisesByBatch,
        };
        scheduler = new LearningRateScheduler(options.Schedule, options.LearningRate, options.Epochs, UpdatesPerEpoch);
        RandomState.Seed(options.Seed);
    }

    /// <summary>The network that learns.</summary>
    public Network Network { get; }

    /// <summary>The optimiser and its state.</summary>
    public Optimiser Optimiser { get; }

    /// <summary>The options of the loop.</summary>
    public TrainingOptions Options { get; }

    /// <summary>What the network computes in, and why.</summary>
    public PrecisionChoice Precision { get; private set; }

    /// <summary>Whether the network has learned before and only some of it, or all at different rates, learns on.</summary>
    internal bool IsFineTuning => trainable is not null;

    /// <summary>Scales the loss in float16; null otherwise.</summary>
    internal GradientScaler? Scaler { get; }

    /// <summary>How far the run is.</summary>
    public TrainingPosition Position { get; private set; }

    /// <inheritdoc/>
    public override string Name => "network";

    /// <inheritdoc/>
    public override int Classes => classes.Count;

    /// <inheritdoc/>
    public override int Epochs => Options.Epochs;

    /// <inheritdoc/>
    public override bool IsLast => true;

    /// <inheritdoc/>
    public override IReadOnlyList<EpochRecord> History => history.Records;

    /// <inheritdoc/>
    public override EpochRecord? Best => history.Best;

    /// <summary>Batches of one epoch, by which <see cref="TrainingPosition.Step"/> counts.</summary>
    public int StepsPerEpoch => training.BatchesPerEpoch;

    /// <summary>The side of the training pictures in pixels, in an epoch counted from 0.</summary>
    public int ImageSizeOf(int epoch) => training.SideOf(epoch);

    /// <summary>The learning rate at the present position; after the last step of an epoch or of the run, that of the last.</summary>
    public double LearningRate => scheduler.At(Position.Epoch, Position.Step / Options.Accumulate);

    /// <summary>What a checkpoint holds beside the weights, by owner, in the order in which it is read.</summary>
    internal IReadOnlyList<ICheckpointPart> Parts =>
    [
        CheckpointPart.Of("optimizer_state_dict", () => Optimiser.ToStateDictionary(LearningRate), Optimiser.LoadStateDictionary),
        new CheckpointPart("scaler_state_dict", () => Scaler?.ToStateDictionary(), (stored, source) =>
        {
            if (stored is PickleDictionary scale) Scaler?.Load(scale, source);
        }),
        CheckpointPart.Of("data_position", () => CheckpointEntries.ToPickle(Position, ReadSums()), (stored, source) => (Position, startingSums) = CheckpointEntries.PositionAndSums(stored, source)),
        new CheckpointPart("best", () => Best is { } best ? CheckpointEntries.ToPickle(best) : null, (stored, source) => history.Begin(CheckpointEntries.Before(stored, source) is { } before ? Sized(before) : null)),
        CheckpointPart.Of("schedule", scheduler.Write, scheduler.Read),
        CheckpointPart.Of("random_states", () => new() { { "cpu", RandomState.Capture() } }, RestoreRandomStates),
        new CheckpointPart("history", () => History.Select(record => (object?)CheckpointEntries.ToPickle(record)).ToList(), (stored, source) =>
        {
            foreach (var record in CheckpointEntries.History(stored, source)) history.Add(Sized(record));
        }),
        new SkippedPictures(training, validation),
        .. hooks.Select(hook => hook.Part).OfType<ICheckpointPart>(),
    ];

    // Checkpoints of before sizes were recorded are of runs that had one.
    private EpochRecord Sized(EpochRecord record) => record.ImageSize > 0 ? record : record with { ImageSize = preprocessing.Side };

    /// <summary>Updates of the weights since the beginning of the run.</summary>
    internal long Updates => (long)Position.Epoch * UpdatesPerEpoch + (Position.Step + Options.Accumulate - 1) / Options.Accumulate;

    private int UpdatesPerEpoch => (StepsPerEpoch - 1) / Options.Accumulate + 1;

    /// <summary>Whether all epochs are done or early stopping has stopped the run.</summary>
    public bool IsFinished => Position.Epoch >= Options.Epochs || history.StopsEarly;

    /// <summary>Goes on where another loop, which computed in <paramref name="precision"/>, was: called before <see cref="Run"/>, with network and <see cref="Parts"/> already read.</summary>
    internal void GoOn(string? precision)
    {
        if (precision == Precision.Name) Precision = Precision.OfTheRun();
    }

    /// <summary>What the network was worth before its first epoch, under the number 0: the epochs have to pass it to become the best.</summary>
    internal void BeginAt(EpochRecord before) => history.Begin(before with { Epoch = 0 });

    /// <summary>Trains until all epochs are done, early stopping stops it, or <paramref name="stop"/> asks for it (after the step at hand).</summary>
    /// <exception cref="TrainingException">The loss is not finite: with epoch, step and advice. Nothing has been saved since it became so.</exception>
    public TrainingOutcome Run(CancellationToken stop = default)
    {
        listeners.PhaseStarted(this);
        while (!IsFinished)
        {
            var begun = clock.GetTimestamp();
            using (meter = new TrainingMeter(TopK, Network.Device, startingSums))
            {
                foreach (var batch in training.Epoch(Position.Epoch, startAt: Position.Step))
                {
                    using (batch)
                    {
                        if (step.IsPending && batch.Number / Options.Accumulate != Position.Step / Options.Accumulate) Update(batch.Number);       // the batch that would have been its last could not be read
                        if (!LeavesOut(batch)) Learn(batch);
                    }
                    if (step.IsPending) continue;       // to be saved or left, a run stands between two updates
                    listeners.StepDone(this);
                    if (foundNotFinite) RequireFiniteLoss();
                    if (!stop.IsCancellationRequested) continue;
                    RequireFiniteLoss();
                    return End(TrainingOutcome.Interrupted);
                }
                if (step.IsPending) Update(StepsPerEpoch);      // the last batch could not be read
                RequireFiniteLoss();
                if (meter.Images == 0) throw new TrainingException($"no batch of epoch {Position.Epoch + 1} has two pictures that can be read, and with one batch normalisation has nothing to normalise by.\nRepair the pictures, or choose a larger `batch_size` or `image_size`.");
                var trained = clock.GetElapsedTime(begun);
                listeners.ValidationStarted(this);
                if (Validate(stop) is not { } report) return End(TrainingOutcome.Interrupted);      // the one place where the host must wait for the device
                FinishEpoch(meter.Read(), report, trained, begun);
            }
            if (stop.IsCancellationRequested && !IsFinished) return End(TrainingOutcome.Interrupted);
        }
        return End(Position.Epoch < Options.Epochs ? TrainingOutcome.StoppedEarly : TrainingOutcome.Finished);
    }

    /// <summary>Sums of the epoch at hand so far; the host waits for the device.</summary>
    public EpochSums ReadSums() => meter is null ? startingSums : meter.Read();

    /// <summary>Whether every loss of the epoch so far was finite: to be asked before anything is saved. Where it was not, the run ends with an error after the step. The host waits for the device.</summary>
    public bool LossIsFinite()
    {
        foundNotFinite |= meter?.IsFinite() == false;
        return !foundNotFinite;
    }

    private void RequireFiniteLoss()
    {
        if (LossIsFinite()) return;
        throw NotFiniteFault.Of(this, "The loss is not a finite number any more", Network.Device.IsCuda ? "at or before step" : "step");
    }

    /// <summary>Frees the optimiser's state and what hooks hold. The network stays the caller's.</summary>
    public void Dispose()
    {
        Optimiser.Dispose();
        loss.Dispose();
        foreach (var hook in hooks) hook.Dispose();
    }

    private void Learn(Batch batch)
    {
        using var scope = NewDisposeScope();
        if (!step.IsPending) Position = Position with { Step = batch.Number };
        var done = step.Add(batch.Pictures, batch.Labels, Position with { Step = batch.Number });
        if (IsLastOfUpdate(batch)) Update(batch.Number + 1);
        meter!.Add(done.Logits, done.Labels, done.Loss);
        listeners.BatchTrained(this, new TrainingBatch(batch, done.Input, preprocessing));
        if (!Network.Device.IsCuda) RequireFiniteLoss();        // free of charge on a processor; on a GPU it waits for the next save or log line
    }

    private bool IsLastOfUpdate(Batch batch) => (batch.Number + 1) % Options.Accumulate == 0 || batch.Number + 1 == StepsPerEpoch;

    private void Update(int batches)
    {
        step.Update(LearningRate);
        Position = Position with { Step = batches };
    }

    // A loader that skips bad pictures may leave one of a batch; that there is at least one value a channel otherwise is checked before a run.
    private bool LeavesOut(Batch batch)
    {
        if (batch.Count > 1 || !Network.NormalisesSingleValues(training.SideOf(Position.Epoch), normalisesByBatch is null ? null : path => normalisesByBatch(path))) return false;
        if (step.IsPending && IsLastOfUpdate(batch)) Update(batch.Number + 1);
        else if (!step.IsPending) Position = Position with { Step = batch.Number + 1 };
        listeners.BatchSkipped(this, batch);
        return true;
    }

    private void RestoreRandomStates(PickleDictionary stored, string source)
    {
        using var state = stored.Require<StoredTensor>("cpu", source).ToTensor();
        RandomState.Restore(state, gpuSeed: Options.Seed * 1_000_003 + Position.Epoch * 100_003L + Position.Step);
    }

    private static Predicate<string>? All(IReadOnlyList<Predicate<string>> rules) => rules.Count switch { 0 => null, 1 => rules[0], _ => path => rules.All(rule => rule(path)) };

    private ClassificationReport? Validate(CancellationToken stop)
    {
        try
        {
            return Evaluator.Run(hooks.Select(hook => hook.Validated).FirstOrDefault(network => network is not null) ?? Network, validation, preprocessing, classes, Precision.Precision, stop: stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;        // the epoch's steps are all done: a resumed run begins with its validation
        }
        catch (NotFiniteOutputException e)
        {
            throw NotFiniteFault.Of(this, "The network's answers are not finite numbers any more", "after step", e);
        }
    }

    private void FinishEpoch(EpochSums sums, ClassificationReport report, TimeSpan trained, long begun)
    {
        var pictures = sums.Images - startingSums.Images;
        var record = new EpochRecord(
            Position.Epoch + 1, LearningRate, sums.MeanLoss, sums.MeanTop1, sums.MeanTopK, report.Loss, report.Top1, report.TopK,
            clock.GetElapsedTime(begun).TotalSeconds, pictures / Math.Max(trained.TotalSeconds, 1e-9), training.SideOf(Position.Epoch));
        scheduler.Follow(record);
        startingSums = EpochSums.None;
        Position = new TrainingPosition(Position.Epoch + 1, 0);
        var isBest = history.Add(record);
        meter = null;
        listeners.EpochDone(this, record, report, isBest);
    }

    private TrainingOutcome End(TrainingOutcome outcome)
    {
        listeners.PhaseEnded(this, outcome);
        startingSums = ReadSums();
        meter = null;
        return outcome;
    }
}
