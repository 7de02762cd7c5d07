namespace JustAlexNet.Bench.Measuring;

/// <summary>Sides that are measured alternately, and the ratios wanted of them.</summary>
/// <param name="Name">The row's name on the command line.</param>
/// <param name="Title">What is compared, for people.</param>
/// <param name="Sides">In the order in which a round runs them. The first one is ours, the second the yardstick: where memory does not hold all at once, the others take turns beside these two.</param>
/// <param name="Ratios">What is reported.</param>
internal sealed record Comparison(string Name, string Title, IReadOnlyList<Side> Sides, IReadOnlyList<Ratio> Ratios)
{
    /// <summary>Whether the peak memory of the sides' processes is reported against ours.</summary>
    public bool ComparesMemory { get; init; }

    /// <summary>What the same sides of ours are worth against those of another checkout; null where none is ours.</summary>
    /// <param name="program">The other checkout's bench.</param>
    public Comparison? Against(string program)
    {
        string Before(Side side) => $"{side.Name}, before";
        var ours = Sides.Where(side => side.IsOurs).ToList();
        return ours.Count == 0 ? null
            : this with { Sides = [.. ours.SelectMany(side => new[] { side, side with { Name = Before(side), Program = program } })], Ratios = [.. ours.Select(side => Ratio.Between(side.Name, Before(side)))] };
    }

    /// <summary>The sides in groups that fit into the memory; every group begins with the first two.</summary>
    public IEnumerable<IReadOnlyList<Side>> Groups(double gibibytes)
    {
        var pair = Sides.Take(2).ToList();
        var (group, room) = (pair.ToList(), gibibytes - pair.Sum(side => side.Memory));
        foreach (var side in Sides.Skip(2))
        {
            if (side.Memory > room && group.Count > 2)
            {
                yield return group;
                (group, room) = (pair.ToList(), gibibytes - pair.Sum(s => s.Memory));
            }
            group.Add(side);
            room -= side.Memory;
        }
        yield return group;
    }
}

/// <summary>A number of one round, made of the rates of some sides. Above 1 the subject is better.</summary>
/// <param name="Subject">What is measured.</param>
/// <param name="Baseline">What it is measured against, by name.</param>
/// <param name="Uses">The sides that it is made of; their control kernels must have run alike.</param>
/// <param name="Of">From the rates (units a second) of these sides to the ratio; the control's rate goes by <see cref="Control"/>, a side's figure by <see cref="Round.Figure"/>.</param>
internal sealed record Ratio(string Subject, string Baseline, IReadOnlyList<string> Uses, Func<IReadOnlyDictionary<string, double>, double> Of)
{
    /// <summary>The name under which the control kernel's rate (floating-point operations a second) is found.</summary>
    public const string Control = "control";

    /// <summary>Rate of one side over the rate of another.</summary>
    public static Ratio Between(string subject, string baseline) => new(subject, baseline, [subject, baseline], rates => rates[subject] / rates[baseline]);
}
