using JustAlexNet.Bench.Sides;

namespace JustAlexNet.Bench.Load;

/// <summary>The long tests of the real server, which <c>campaigns/serve-*.sh</c> start: seeded; each prints a line a part and ends with 1 where something fell.</summary>
internal static class Campaign
{
    /// <summary>First word of the command line.</summary>
    public const string Verb = "load";

    private const string Usage = "load overload|restarts|hostile [seconds=N] [count=N] [seed=N] [precision=fp32|int8] [data=FOLDER] [results=FILE]";

    /// <summary>Runs one.</summary>
    /// <param name="args">Its name, then words <c>key=value</c>.</param>
    /// <returns>0: nothing fell; 1: something did; 2: the command line is wrong.</returns>
    public static int Run(string[] args)
    {
        if (args is not ["overload" or "restarts" or "hostile", ..] || args.Skip(1).Any(word => !word.Contains('=')))
        {
            Console.Error.WriteLine($"expected: {Usage}");
            return 2;
        }
        var settings = new SideSettings(args[1..]);
        var (photos, precision, seed) = (settings.TextOr("data", Checkout.Photos), settings.TextOr("precision", "int8"), settings.NumberOrAuto("seed") ?? 1);
        var given = new CampaignSettings(
            ServedFile.Make(precision, photos), ServedFile.Photos(photos, 64), settings.NumberOrAuto("seconds") ?? 300, settings.NumberOrAuto("count") ?? 100, seed,
            new Parts(settings.TextOr("results", Path.Combine(Checkout.Root, "out", "bench", "load", $"{args[0]}-{precision}-{seed}.txt"))));
        var falls = (args[0] switch
        {
            "overload" => Overload.RunAsync(given),
            "restarts" => Restarts.RunAsync(given),
            _ => Hostile.RunAsync(given),
        }).GetAwaiter().GetResult();
        foreach (var fall in falls) Console.WriteLine($"FELL: {fall}");
        Console.WriteLine(falls.Count == 0 ? $"{args[0]}: nothing fell" : $"{args[0]}: {falls.Count} fell");
        return falls.Count == 0 ? 0 : 1;
    }
}

/// <summary>What a campaign is given.</summary>
internal sealed record CampaignSettings(string Model, IReadOnlyList<byte[]> Photos, int Seconds, int Count, int Seed, Parts Parts);
