namespace JustAlexNet.Reports;

/// <summary>The words of a <see cref="ConfusionMatrixPicture"/>; the defaults are English, Chinese works as well.</summary>
public sealed record ConfusionMatrixTexts
{
    /// <summary>The headline.</summary>
    public string Title { get; init; } = "Confusion matrix";

    /// <summary>What stands beside rows and columns instead of the class names, one a class. Default: null, the class names.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>The line below; {0} is the accuracy (<c>61.3 %</c>), {1} the number of pictures (<c>3,068</c>).</summary>
    public string Summary { get; init; } = "accuracy {0} on {1} pictures";

    /// <summary>The same where there is one picture only.</summary>
    public string SummaryOfOne { get; init; } = "accuracy {0} on {1} picture";

    /// <summary>Added to the summary where classes have no pictures.</summary>
    public string EmptyRows { get; init; } = "grey rows: no pictures";

    /// <summary>Beside the rows.</summary>
    public string TrueAxis { get; init; } = "True class";

    /// <summary>Below the columns.</summary>
    public string PredictedAxis { get; init; } = "Predicted class";

    /// <summary>Added in brackets to both axes where there are too many classes for names.</summary>
    public string Index { get; init; } = "index";

    /// <summary>Beside the colour bar.</summary>
    public string Colour { get; init; } = "Share of the true class";
}
