using System.Globalization;

namespace JustAlexNet.Campaigns.Frame;

/// <summary>Some cases that have ended: a line of the results.</summary>
/// <param name="From">The first.</param>
/// <param name="Count">How many.</param>
internal sealed record Block(long From, long Count)
{
    private const string Fault = "FAULT ";

    /// <summary>What they took.</summary>
    public double Seconds { get; set; }

    /// <summary>Resident at most, of any worker.</summary>
    public long PeakBytes { get; set; }

    /// <summary>How often they ended how.</summary>
    public SortedDictionary<string, long> Kinds { get; } = new(StringComparer.Ordinal);

    /// <summary>Broken promises; they begin with <c>crash: </c>, <c>hang: </c> or <c>memory: </c> where the worker broke them.</summary>
    public List<(long Index, string What)> Faults { get; } = [];

    /// <summary>Which cases: the same for the same ones.</summary>
    public string Range => string.Create(CultureInfo.InvariantCulture, $"{From}-{From + Count - 1}");

    /// <summary>Counts a case.</summary>
    public void Add(string kind) => Kinds[kind] = Kinds.GetValueOrDefault(kind) + 1;

    /// <summary>The line.</summary>
    public override string ToString() => string.Join('\t',
        [Range, string.Create(CultureInfo.InvariantCulture, $"{Seconds:0.0} s"), string.Create(CultureInfo.InvariantCulture, $"{PeakBytes / 1e6:0} MB"), string.Join("; ", Kinds.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} x {kind.Value}"))),
            .. Faults.Select(fault => string.Create(CultureInfo.InvariantCulture, $"{Fault}{fault.Index} {fault.What}"))]);

    /// <summary>Reads a line back.</summary>
    /// <returns>Null where it is none: a line of the head, or one that was not written to its end.</returns>
    public static Block? Read(string line)
    {
        var fields = line.Split('\t');
        if (fields.Length < 4 || fields[0].Split('-') is not [var first, var last]) return null;
        var from = Number(first);
        var block = new Block(from, Number(last) - from + 1) { Seconds = double.Parse(fields[1].Split(' ')[0], CultureInfo.InvariantCulture), PeakBytes = 1_000_000 * Number(fields[2].Split(' ')[0]) };
        foreach (var kind in fields[3].Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            var at = kind.LastIndexOf(" x ", StringComparison.Ordinal);
            block.Kinds[kind[..at]] = Number(kind[(at + 3)..]);
        }
        foreach (var fault in fields.Skip(4))
        {
            var words = fault[Fault.Length..].Split(' ', 2);
            block.Faults.Add((Number(words[0]), words[1]));
        }
        return block;
    }

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
