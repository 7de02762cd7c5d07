namespace JustAlexNet.Inference;

/// <summary>How <see cref="ImageFolder.Open"/> reads a folder.</summary>
public sealed record FolderOptions
{
    /// <summary>
    /// The share of each class that goes to validation where the folder has no validation part, above 0 and below 1. Default 0.2.
    /// A class of n pictures gives round(n x share), but at least 1 and at most n - 1; a class of one picture gives none.
    /// </summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>The seed of that split. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Keeps a class folder without pictures as a class that never occurs, instead of refusing the data set. Default false.</summary>
    public bool AllowEmptyClasses { get; init; }

    /// <summary>Lets the validation and the test part lack class folders of the training part: such classes go unmeasured, and a note says so. Default false.</summary>
    public bool AllowUnmeasuredClasses { get; init; }

    /// <summary>Pictures to leave out, as if they were not there; null (default): none.</summary>
    public ExcludeList? Exclude { get; init; }

    /// <summary>
    /// The classes of a network that is to be evaluated, in its order; null (default) takes them from the training part.
    /// With them, pictures are labelled by class name (in whatever Unicode form), classes may be absent from the folder, and refused are only unknown ones
    /// and those whose name several classes share.
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <exception cref="ArgumentException">Names every fault.</exception>
    internal void Check()
    {
        var faults = new List<string>();
        if (!(ValidationFraction is > 0 and < 1))
            faults.Add(FormattableString.Invariant($"ValidationFraction is {ValidationFraction}, expected above 0 and below 1."));
        if (Classes is { Count: 0 }) faults.Add("Classes is empty, expected class names or null.");
        OptionFaults.Throw(nameof(FolderOptions), faults);
    }
}
