namespace JustAlexNet.Weights;

/// <summary>Every difference between the entries that a network has and those that a file holds.</summary>
/// <param name="Missing">Names that the network has and the file has not, in the network's order.</param>
/// <param name="Unexpected">Names that the file has and the network has not, in the file's order.</param>
/// <param name="WrongShape">Entries of another shape; shapes read <c>10 x 512</c>, a scalar's <c>scalar</c>.</param>
/// <param name="WrongType">Entries whose dtype cannot be taken over: floating types convert into each other, nothing else does.</param>
public sealed record StateMismatch(
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<StateDifference> WrongShape,
    IReadOnlyList<StateDifference> WrongType);

/// <summary>One entry that is there on both sides, but not alike.</summary>
/// <param name="Name">The entry.</param>
/// <param name="Expected">What the network has.</param>
/// <param name="Found">What the file holds.</param>
public sealed record StateDifference(string Name, string Expected, string Found);
