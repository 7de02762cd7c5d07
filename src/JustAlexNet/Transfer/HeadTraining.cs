using JustAlexNet.Inference;
using JustAlexNet.Training;

namespace JustAlexNet.Transfer;

/// <summary>A head that has learned, and how good it is.</summary>
/// <param name="Best">The head of the best epoch.</param>
/// <param name="Last">The head that learning ended with: the best one after early stopping.</param>
/// <param name="History">A line an epoch; one line for a logistic head.</param>
/// <param name="BestEpoch">The best of them.</param>
/// <param name="Validation">What the best head gives on the held-out pictures.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="C">The strength that cross-validation chose; null for a linear head.</param>
/// <param name="Trials">What cross-validation found; empty for a linear head.</param>
internal sealed record TrainedHead(
    LinearHead Best, LinearHead Last, IReadOnlyList<EpochRecord> History, EpochRecord BestEpoch, ClassificationReport Validation, TrainingOutcome Outcome,
    double? C, IReadOnlyList<StrengthTrial> Trials);

/// <summary>Teaches a head from features, on pictures held out or by cross-validation.</summary>
/// <param name="classes">The classes' names, in the order of the labels.</param>
/// <param name="options">How it learns.</param>
/// <param name="seed">Decides folds, first weights and order.</param>
/// <param name="clock">For the times in the history.</param>
internal sealed class HeadTraining(IReadOnlyList<string> classes, HeadOptions options, long seed, TimeProvider clock) : TrainingPhase
{
    /// <summary>Folds by which the strength of a logistic head is chosen.</summary>
    internal const int StrengthFolds = 5;

    private readonly EpochHistory history = new(options.EarlyStopPatience, minimumDelta: 0);

    /// <summary>Hears of every epoch.</summary>
    public TrainingListener? Listener { get; init; }

    /// <inheritdoc/>
    public override string Name => "head";

    /// <inheritdoc/>
    public override int Classes => classes.Count;

    /// <inheritdoc/>
    public override int Epochs => options.Kind == HeadKind.Linear && !IsByFolds ? options.Epochs : 1;

    /// <inheritdoc/>
    public override bool IsLast => IsAlone;

    /// <summary>Side in pixels of the pictures that features are of.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Whether no network follows.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Whether it is measured by cross-validation: then there is one result, whatever the epochs.</summary>
    public bool IsByFolds { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<EpochRecord> History => history.Records;

    /// <inheritdoc/>
    public override EpochRecord? Best => history.Best;

    /// <summary>How it learns.</summary>
    public HeadOptions Options => options;

    /// <summary>Learns from some pictures and is measured on others.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop before there was a first result.</exception>
    public TrainedHead Run(FeatureTable training, FeatureTable validation, CancellationToken stop) =>
        Finite(() => options.Kind == HeadKind.Logistic ? Logistic(training, head => Measure(head, validation), stop) : Linear(training, validation, stop));

    /// <summary>
    /// Learns from all pictures; measured by cross-validation: each fold's pictures by a head that learned from the others only, its strength chosen among
    /// those. A linear head learns for all its epochs, since no picture is left to stop early by.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public TrainedHead RunByFolds(FeatureTable pictures, int folds, CancellationToken stop) => Finite(() => ByFolds(pictures, folds, stop));

    private TrainedHead ByFolds(FeatureTable pictures, int folds, CancellationToken stop)
    {
        var begun = clock.GetTimestamp();
        var meter = new ClassificationMeter(classes);
        var assigned = StratifiedFolds.Assign(pictures.Labels, folds, seed);
        for (var fold = 0; fold < folds; fold++)
        {
            var (inside, outside) = StratifiedFolds.Divide(assigned, fold);
            if (inside.Length == 0 || outside.Length == 0) continue;
            var held = pictures.Take(outside);
            var (head, _, _) = Fit(pictures.Take(inside), stop);
            foreach (var block in held.Blocks()) meter.AddLogits(head.Logits(block), [.. block.Labels]);
        }
        var report = meter.Report();
        var (final, c, trials) = Fit(pictures, stop);
        var record = Record(options.Kind == HeadKind.Logistic ? 1 : options.Epochs, Measure(final, pictures), report, pictures.Count, clock.GetElapsedTime(begun));
        Tell(record, report);
        return new TrainedHead(final, final, [record], record, report, TrainingOutcome.Finished, c, trials);
    }

    private TrainedHead Logistic(FeatureTable training, Func<LinearHead, ClassificationReport> measure, CancellationToken stop)
    {
        var begun = clock.GetTimestamp();
        var (head, c, trials) = Fit(training, stop);
        var time = clock.GetElapsedTime(begun);
        var report = measure(head);
        var record = Record(1, Measure(head, training), report, training.Count, time);
        Tell(record, report);
        return new TrainedHead(head, head, [record], record, report, TrainingOutcome.Finished, c, trials);
    }

    private (LinearHead Head, double? C, IReadOnlyList<StrengthTrial> Trials) Fit(FeatureTable pictures, CancellationToken stop)
    {
        if (options.Kind == HeadKind.Logistic) return LogisticHead.Train(pictures, classes.Count, StrengthFolds, options.Sampler == Sampling.Weighted, seed, stop);
        var loop = new GradientHead(pictures, classes.Count, options, seed);
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            stop.ThrowIfCancellationRequested();
            RequireFinite(loop.Epoch(epoch).Loss, epoch);
        }
        return (loop.Head, null, []);
    }

    private TrainedHead Linear(FeatureTable training, FeatureTable validation, CancellationToken stop)
    {
        var loop = new GradientHead(training, classes.Count, options, seed);
        var (best, report) = (loop.Head, (ClassificationReport?)null);
        for (var epoch = 0; epoch < options.Epochs && !history.StopsEarly; epoch++)
        {
            if (report is null) stop.ThrowIfCancellationRequested();
            else if (stop.IsCancellationRequested) return End(TrainingOutcome.Interrupted);
            var begun = clock.GetTimestamp();
            var (loss, top1, topK) = loop.Epoch(epoch);
            RequireFinite(loss, epoch);
            var trained = clock.GetElapsedTime(begun);
            var measured = Measure(loop.Head, validation);
            var record = new EpochRecord(
                epoch + 1, options.LearningRate, loss, top1, topK, measured.Loss, measured.Top1, measured.TopK,
                clock.GetElapsedTime(begun).TotalSeconds, training.Count / Math.Max(trained.TotalSeconds, 1e-9), ImageSize);
            if (Tell(record, measured)) (best, report) = (loop.Head, measured);
        }
        return End(history.Records.Count < options.Epochs ? TrainingOutcome.StoppedEarly : TrainingOutcome.Finished);

        TrainedHead End(TrainingOutcome outcome) =>
            new(best, outcome == TrainingOutcome.StoppedEarly ? best : loop.Head, history.Records, history.Best!, report!, outcome, C: null, Trials: []);
    }

    /// <returns>Whether the epoch is the best so far.</returns>
    private bool Tell(EpochRecord record, ClassificationReport validation)
    {
        var isBest = history.Add(record);
        Listener?.EpochDone(this, record, validation, isBest);
        return isBest;
    }

    private ClassificationReport Measure(LinearHead head, FeatureTable pictures)
    {
        var meter = new ClassificationMeter(classes);
        foreach (var block in pictures.Blocks()) meter.AddLogits(head.Logits(block), [.. block.Labels]);
        return meter.Report();
    }

    private EpochRecord Record(int epoch, ClassificationReport training, ClassificationReport held, int pictures, TimeSpan time) => new(
        epoch, options.Kind == HeadKind.Linear ? options.LearningRate : 0, training.Loss, training.Top1, training.TopK, held.Loss, held.Top1, held.TopK,
        time.TotalSeconds, pictures / Math.Max(time.TotalSeconds, 1e-9), ImageSize);

    private void RequireFinite(double loss, int epoch)
    {
        if (!double.IsFinite(loss)) throw NotFinite($"The loss is not a finite number any more (epoch {epoch + 1}, ");
    }

    // The last step of an epoch may spoil the weights too: then the answers show it.
    private TrainedHead Finite(Func<TrainedHead> work)
    {
        try
        {
            return work();
        }
        catch (NotFiniteOutputException e)
        {
            throw NotFinite("The head's answers are not finite numbers any more (", e);
        }
    }

    private TransferException NotFinite(string what, Exception? cause = null) => new($"{what}learning rate {options.LearningRate}).\nPass a smaller `lr`, or `head` logistic, which needs none.", cause);
}
