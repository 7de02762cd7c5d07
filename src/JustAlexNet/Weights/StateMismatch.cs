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
    IReadOnlyList<StateDifference> WrongType)
{
    internal bool IsNone => Missing.Count + Unexpected.Count + WrongShape.Count + WrongType.Count == 0;

    /// <summary>One line a kind of difference: its first entry and how many more there are.</summary>
    public override string ToString() => string.Join('\n', Lines());

    private IEnumerable<string> Lines()
    {
        if (Missing.Count > 0) yield return Line("missing", Missing[0], Missing.Count);
        if (Unexpected.Count > 0) yield return Line("unexpected", Unexpected[0], Unexpected.Count);
        if (WrongShape.Count > 0) yield return Line("wrong shape", $"{WrongShape[0]}", WrongShape.Count);
        if (WrongType.Count > 0) yield return Line("wrong type", $"{WrongType[0]}", WrongType.Count);
    }

    private static string Line(string kind, string first, int count) => $"  {kind,-11} {FileFaults.Printable(first)}" + (count > 1 ? $"   and {count - 1} more" : "");
}

/// <summary>One entry that is there on both sides, but not alike.</summary>
/// <param name="Name">The entry.</param>
/// <param name="Expected">What the network has.</param>
/// <param name="Found">What the file holds.</param>
public sealed record StateDifference(string Name, string Expected, string Found)
{
    /// <summary>The line of a message: <c>fc.weight   expected 10 x 512, found 2 x 512</c>.</summary>
    public override string ToString() => $"{Name}   expected {Expected}, found {Found}";
}
