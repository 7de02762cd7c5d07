namespace JustAlexNet.Imaging;

/// <summary>A stored description of preprocessing that cannot be used.</summary>
public sealed class PreprocessingException : JustAlexNetException
{
    /// <param name="faults">What is wrong, one sentence each, without a full stop; at least one.</param>
    public PreprocessingException(IReadOnlyList<string> faults)
        : base($"the preprocessing cannot be used, {Counted.Of(faults.Count, "fault")}: {string.Join("; ", faults)}")
    {
        Faults = faults;
    }

    /// <summary>What is wrong, one sentence each.</summary>
    public IReadOnlyList<string> Faults { get; }
}
