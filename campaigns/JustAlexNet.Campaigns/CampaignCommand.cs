using System.CommandLine;
using System.Globalization;
using JustAlexNet.Bench;
using JustAlexNet.Bench.Reporting;
using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Runtime;

namespace JustAlexNet.Campaigns;

/// <summary>The command line.</summary>
internal static class CampaignCommand
{
    /// <summary>How this program is started.</summary>
    public const string Command = "out/bin/JustAlexNet.Campaigns/release/JustAlexNet.Campaigns";

    private static readonly Argument<string?> Name = new("NAME") { Description = "Which campaign", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<long?> Count = new("--count") { Description = "Cases [default: see above]", HelpName = "N" };
    private static readonly Option<int> Seed = new("--seed") { Description = "Another one draws other cases", HelpName = "S", DefaultValueFactory = _ => 1 };
    private static readonly Option<long?> From = new("--from") { Description = "The first case; with --count 1 it is repeated, and its files are kept", HelpName = "I" };
    private static readonly Option<string?> Results = new("--results") { Description = "A line a block; what is done there is not done again [default: out/campaigns/NAME-SEED.txt]", HelpName = "FILE" };

    /// <summary>Where results stand by default.</summary>
    public static string Folder => Path.Combine(Checkout.Root, "out", "campaigns");

    /// <summary>Runs the command.</summary>
    /// <returns>0: nothing was at fault; 1: something was; 2: the line is wrong.</returns>
    public static int Run(string[] args)
    {
        var root = new RootCommand(
            "Runs a long test: seeded cases, each of which must end as it is promised, whatever the file, the disk or the moment. Counts how they end.\n\n"
            + string.Join("\n", CampaignCatalogue.All.Select(campaign => string.Create(CultureInfo.InvariantCulture, $"{campaign.Name}, {campaign.StandardCount:N0} cases: {campaign.About}")))
            + "\n\nA run that was cut off goes on where it was. Exit code 1: something broke a promise; each is printed with the line that repeats it.")
        {
            Name, Count, Seed, From, Results,
        };
        root.SetAction(line => Run(line, root));
        return root.Parse(args).Invoke();
    }

    /// <summary>Runs the process in which cases run.</summary>
    public static int RunWorker(string[] args)
    {
        var code = Worker.Run(args);
        TorchRuntime.SkipDestructors(code);
        return code;
    }

    private static int Run(ParseResult line, RootCommand root)
    {
        if (line.GetValue(Name) is not { } name) return root.Parse("--help").Invoke();
        if (CampaignCatalogue.Find(name) is not { } campaign)
        {
            Console.Error.WriteLine($"error: there is no campaign '{name}', expected one of: {string.Join(", ", CampaignCatalogue.All.Select(one => one.Name))}");
            return 2;
        }
        var (from, count, seed) = (line.GetValue(From) ?? 0, line.GetValue(Count) ?? campaign.StandardCount, line.GetValue(Seed));
        if (from < 0 || count < 1 || seed < 0)
        {
            Console.Error.WriteLine("error: expected --count 1 or more, --from and --seed 0 or more");
            return 2;
        }
        var isRepeated = line.GetValue(From) is not null && count == 1;
        var results = isRepeated ? null : new ResultsFile(line.GetValue(Results) ?? Path.Combine(Folder, $"{name}-{seed}.txt"));
        var machine = Machine.Here();
        results?.Head(string.Create(CultureInfo.InvariantCulture, $"{name}, seed {seed}, cases {from}-{from + count - 1}; {machine.Processor}, {machine.Cores} cores; commit {machine.Commit}; {machine.Measured}"));
        var blocks = new Supervisor(campaign, seed, Console.Error.WriteLine).Run(from, count, results);
        foreach (var said in Totals.Lines(campaign, seed, blocks))
        {
            Console.WriteLine(said);
            results?.Head(said);
        }
        return blocks.Any(block => block.Faults.Count > 0) ? 1 : 0;
    }
}
