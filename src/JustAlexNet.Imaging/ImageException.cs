namespace JustAlexNet.Imaging;

/// <summary>A picture file that cannot be read, or not exactly: damaged, of another kind, too large, or not reachable.</summary>
/// <param name="name">The file as the caller named it.</param>
/// <param name="reason">What is wrong with it, to stand behind a colon: "the JPEG ends after 13,104 bytes, within row 87 of 533".</param>
/// <param name="cause">What was caught on the way, if anything.</param>
public sealed class ImageException(string name, string reason, Exception? cause = null)
    : JustAlexNetException($"cannot read {PrintableText.Of(name)}: {reason}", cause)
{
    /// <summary>The file as the caller named it.</summary>
    public string Name { get; } = name;

    /// <summary>What is wrong with it: the message without its beginning.</summary>
    public string Reason { get; } = reason;
}
