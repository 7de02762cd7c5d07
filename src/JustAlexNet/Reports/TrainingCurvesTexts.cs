namespace JustAlexNet.Reports;

/// <summary>The words of <see cref="TrainingCurves"/>; the defaults are English, Chinese works as well.</summary>
public sealed record TrainingCurvesTexts
{
    /// <summary>The headline.</summary>
    public string Title { get; init; } = "Training";

    /// <summary>The line below; {0} is the best epoch, {1} its validation loss (<c>1.203</c>), {2} its validation accuracy (<c>61.3 %</c>).</summary>
    public string Best { get; init; } = "best epoch {0}: validation loss {1}, top-1 accuracy {2}";

    /// <summary>Below both panels.</summary>
    public string EpochAxis { get; init; } = "Epoch";

    /// <summary>Above the left panel.</summary>
    public string Loss { get; init; } = "Loss (cross-entropy)";

    /// <summary>In the left panel where its axis ends below a few values far above the others; {0} is the highest (<c>9.81</c>), {1} its epoch.</summary>
    public string AxisCut { get; init; } = "axis cut: values go up to {0} (epoch {1})";

    /// <summary>Above the right panel.</summary>
    public string Accuracy { get; init; } = "Top-1 accuracy";

    /// <summary>Legend: the training pictures.</summary>
    public string Training { get; init; } = "training";

    /// <summary>Legend: the validation pictures.</summary>
    public string Validation { get; init; } = "validation";

    /// <summary>Legend: the mark of the best epoch.</summary>
    public string BestEpoch { get; init; } = "best epoch";
}
