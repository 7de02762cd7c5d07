using System.Globalization;

namespace JustAlexNet.Campaigns.Frame;

/// <summary>What a campaign came to.</summary>
internal static class Totals
{
    private static readonly string[] OfTheWorker = ["crash: ", "hang: ", "memory: "];

    /// <summary>The lines of the end: cases by the way they ended, then what was at fault, each with the line that repeats it.</summary>
    public static IEnumerable<string> Lines(Campaign campaign, int seed, IReadOnlyList<Block> blocks)
    {
        var kinds = blocks.SelectMany(block => block.Kinds).GroupBy(kind => kind.Key, kind => kind.Value, StringComparer.Ordinal).Select(group => (Kind: group.Key, Count: group.Sum())).OrderByDescending(kind => kind.Count).ThenBy(kind => kind.Kind, StringComparer.Ordinal).ToList();
        var faults = blocks.SelectMany(block => block.Faults).ToList();
        yield return Text($"{campaign.Name}, seed {seed}: {blocks.Sum(block => block.Count):N0} cases in {blocks.Sum(block => block.Seconds):N0} s, at most {blocks.Max(block => block.PeakBytes) / 1e6:0} MB");
        foreach (var (kind, count) in kinds) yield return Text($"{count,11:N0}  {kind}");
        foreach (var (index, what) in faults)
        {
            yield return Text($"FAULT in case {index}: {what}");
            yield return Text($"  again: {CampaignCommand.Command} {campaign.Name} --seed {seed} --from {index} --count 1");
        }
        var counts = OfTheWorker.Select(kind => faults.Count(fault => fault.What.StartsWith(kind, StringComparison.Ordinal))).ToList();
        yield return Text($"{counts[0]} crashes, {counts[1]} hangs, {counts[2]} above the limit of memory, {faults.Count - counts.Sum()} other faults");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
