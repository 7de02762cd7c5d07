using System.Globalization;

namespace JustAlexNet.Campaigns.Frame;

/// <summary>The process in which cases run. It says <c>ready</c>, then a line a case; it ends when its input does, so that its memory can be looked at.</summary>
internal static class Worker
{
    /// <summary>First word of its command line.</summary>
    public const string Verb = "worker";

    /// <summary>Its first line.</summary>
    public const string Ready = "ready";

    /// <summary>Its last line.</summary>
    public const string Done = "done";

    /// <summary>Its words behind <see cref="Verb"/>.</summary>
    public static IEnumerable<string> Words(string campaign, int seed, long from, long count, string folder) =>
        [Verb, campaign, seed.ToString(CultureInfo.InvariantCulture), from.ToString(CultureInfo.InvariantCulture), count.ToString(CultureInfo.InvariantCulture), folder];

    /// <summary>Runs cases.</summary>
    /// <param name="args">As of <see cref="Words"/>, without the first.</param>
    public static int Run(string[] args)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        Console.SetOut(Console.Error);      // what the product might print is no line of ours
        var campaign = CampaignCatalogue.Find(args[0]) ?? throw new ArgumentException($"there is no campaign '{args[0]}'");
        campaign.Begin();
        output.WriteLine(Ready);
        foreach (var end in CaseRunner.Run(campaign, Whole(args[1]), long.Parse(args[2], CultureInfo.InvariantCulture), long.Parse(args[3], CultureInfo.InvariantCulture), args[4]))
            output.WriteLine(Line(end));
        output.WriteLine(Done);
        Console.In.ReadToEnd();
        return 0;
    }

    /// <summary>Reads a case's line back.</summary>
    public static CaseEnd Read(string line)
    {
        var parts = line.Split('\t');
        return new CaseEnd(long.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], parts.Length > 3 ? parts[3] : null);
    }

    private static string Line(CaseEnd end) =>
        string.Create(CultureInfo.InvariantCulture, $"{end.Index}\t{end.Milliseconds:0.###}\t{Plain(end.Kind)}{(end.Fault is null ? "" : "\t" + Plain(end.Fault))}");

    private static string Plain(string text) => text.ReplaceLineEndings(" / ").Replace('\t', ' ');

    private static int Whole(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
