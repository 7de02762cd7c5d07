namespace JustAlexNet.Inference;

/// <summary>Where the validation part of a data set came from.</summary>
public abstract record ValidationOrigin
{
    private protected ValidationOrigin() { }
}

/// <summary>The validation part is a folder of its own.</summary>
/// <param name="Name">That folder's name: <c>val</c>, <c>valid</c>, <c>validation</c> or <c>dev</c>, in the spelling found.</param>
public sealed record ValidationFolder(string Name) : ValidationOrigin;

/// <summary>The validation part was split off the training pictures, class by class.</summary>
/// <param name="Seed">The seed of the split: the same seed and files give the same split on every machine.</param>
/// <param name="Fraction">The share of each class that went to validation, above 0 and below 1.</param>
public sealed record ValidationSplit(long Seed, double Fraction) : ValidationOrigin;
