namespace JustAlexNet.Runs;

/// <summary>A run cannot begin or go on: settings that contradict each other, a folder that is taken, other pictures than before.</summary>
/// <param name="message">One to three lines for a person; settings are named as <c>`batch_size`</c>.</param>
/// <param name="cause">What was caught on the way, if anything.</param>
public sealed class RunException(string message, Exception? cause = null) : JustAlexNetException(message, cause);

/// <summary>Several things are wrong with what was asked for: all of them, each with its own advice.</summary>
/// <param name="faults">Two or more.</param>
public sealed class SeveralFaultsException(IReadOnlyList<JustAlexNetException> faults) : JustAlexNetException(string.Join('\n', faults.Select(fault => fault.Message)))
{
    /// <summary>The faults, in the order in which they were found.</summary>
    public IReadOnlyList<JustAlexNetException> Faults { get; } = faults;
}
