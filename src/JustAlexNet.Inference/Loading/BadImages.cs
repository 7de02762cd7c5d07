namespace JustAlexNet.Inference;

/// <summary>What a loader does with a picture that cannot be read.</summary>
public sealed record BadImages
{
    private BadImages(bool skips, int? limit) => (Skips, Limit) = (skips, limit);

    /// <summary>Stops with an error that names it. The default.</summary>
    public static BadImages Fail { get; } = new(false, null);

    /// <summary>Whether it is left out instead of stopping.</summary>
    public bool Skips { get; }

    /// <summary>How many different pictures a loader leaves out before it stops after all; null for any number.</summary>
    public int? Limit { get; }

    /// <summary>
    /// Leaves it out and lists it (<c>Loader.Skipped</c>, <see cref="EvaluationRun.Skipped"/>). Its batch becomes smaller and closes up; every other batch stays as it was, and
    /// a batch of bad pictures alone is not handed out at all.
    /// </summary>
    /// <param name="limit">How many different pictures a loader leaves out before it stops after all, 0 or more; null for any number.</param>
    public static BadImages Skip(int? limit = null)
    {
        if (limit is { } number) ArgumentOutOfRangeException.ThrowIfNegative(number, nameof(limit));
        return new(true, limit);
    }
}

/// <summary>A picture that was left out.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Reason">Why it could not be read.</param>
public sealed record SkippedImage(string Path, string Reason);
