namespace JustAlexNet.Reports;

/// <summary>What one epoch of training gave, as the curves show it.</summary>
/// <param name="Epoch">The epoch, from 1; strictly rising from point to point.</param>
/// <param name="TrainLoss">Mean cross-entropy over the training pictures, in nats; NaN where it was not measured.</param>
/// <param name="TrainTop1">Share of training pictures recognised, 0 to 1; NaN where it was not measured.</param>
/// <param name="ValLoss">The same loss over the validation pictures; NaN where it was not measured.</param>
/// <param name="ValTop1">Share of validation pictures recognised, 0 to 1; NaN where it was not measured.</param>
public sealed record EpochPoint(int Epoch, double TrainLoss, double TrainTop1, double ValLoss, double ValTop1);
