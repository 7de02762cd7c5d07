namespace JustAlexNet.Bench.Measuring;

/// <summary>One turn of all sides, each between two runs of the control kernel.</summary>
/// <param name="Rates">Units a second by side.</param>
/// <param name="Controls">The control kernel's rate before and after each side.</param>
internal sealed record Round(IReadOnlyDictionary<string, double> Rates, IReadOnlyDictionary<string, (double Before, double After)> Controls)
{
    /// <summary>What sides told beside their rates, by <see cref="Figure"/>.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();

    /// <summary>The name under which a ratio finds a figure of a side among the rates.</summary>
    public static string Figure(string side, string figure) => $"{side}: {figure}";

    /// <summary>How far the control may move between the sides of a pair before the pair is thrown away.</summary>
    public const double Tolerance = 1.10;

    /// <summary>Whether all sides of a ratio were measured in this round.</summary>
    public bool Has(Ratio ratio) => ratio.Uses.All(Rates.ContainsKey);

    /// <summary>Whether the control kernel ran alike (within 10 %) around these sides.</summary>
    public bool IsSteady(Ratio ratio)
    {
        var around = ratio.Uses.SelectMany(name => new[] { Controls[name].Before, Controls[name].After }).ToList();
        return around.Max() / around.Min() <= Tolerance;
    }

    public double Value(Ratio ratio)
    {
        var rates = ratio.Uses.ToDictionary(name => name, name => Rates[name]);
        foreach (var (name, value) in Figures) rates[name] = value;
        rates[Ratio.Control] = ratio.Uses.Average(name => (Controls[name].Before + Controls[name].After) / 2);
        return ratio.Of(rates);
    }
}
