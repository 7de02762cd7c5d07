using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace JustAlexNet.Bench.Load;

/// <summary>Slow senders, idle connections up to and above the limit, mutated heads, metadata and bodies, by REST and by gRPC; beside them an honest caller of each, who is answered throughout.</summary>
internal static class Hostile
{
    private const int MaxConnections = 64, Slow = 21, Part = 500, AtOnce = 32;

    public static async Task<IReadOnlyList<string>> RunAsync(CampaignSettings settings)
    {
        var all = new List<string>();
        var (photos, model) = ((IReadOnlyList<byte[]>)[.. settings.Photos.Where(photo => photo.Length < 60_000)], Path.GetFileNameWithoutExtension(settings.Model));      // a call fits into HTTP/2's first window
        using var server = await ServerProcess.StartAsync(settings.Model, "--max-connections", $"{MaxConnections}", "--header-timeout", "1", "--request-timeout", "1");
        using var client = new LoadClient(photos, TimeSpan.FromSeconds(20));
        using var calls = new HonestCall(server.Grpc, model, photos);
        var (rest, grpc, asked) = (server.Address, server.Grpc, 0);
        await client.ClosedAsync(() => rest, 4, number => number >= 100);
        await calls.AskAsync(() => ++asked > 50);
        var (memory, handles) = (server.ResidentBytes, server.Handles);
        await PartAsync("slow senders, REST", () => SlowAsync(rest, Mutations.Request(photos[0]), [0, 60, Mutations.Request([]).Length]));
        await PartAsync("slow senders, gRPC", () => SlowAsync(grpc, Http2Call.Bytes(Http2Call.Framed(Http2Call.Message(model, photos[0]))), [0, Http2Call.Beginning.Length + 40, 600]));
        await PartAsync("idle connections, REST", () => IdleAsync(rest, []));
        await PartAsync("idle connections, gRPC", () => IdleAsync(grpc, Http2Call.Beginning));
        foreach (var (name, from, to) in settings.Parts.Left("mutated, REST", settings.Count / 2, Part)) await PartAsync(name, () => MutateAsync(from, to, (photo, random) => Mutations.RestAsync(rest, photo, random), "500", "broken"));
        foreach (var (name, from, to) in settings.Parts.Left("mutated, gRPC", settings.Count - settings.Count / 2, Part)) await PartAsync(name, () => MutateAsync(from, to, (photo, random) => Mutations.GrpcAsync(grpc, model, photo, random), "13", "2"));
        await Task.Delay(6000);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"resident {memory / 1e6:0} MB before, {server.ResidentBytes / 1e6:0} MB after; handles {handles} before, {(server.IsAlive ? server.Handles : 0)} after"));
        if (!server.IsAlive) all.Add("the server is gone");
        else if (server.Handles > handles + 10) all.Add($"handles grew from {handles} to {server.Handles}");
        if (server.ResidentBytes > 1.5 * memory) all.Add("resident memory grew by more than half");
        if (await server.EndAsync() is var code && code != 0) all.Add($"the server ended with {code?.ToString() ?? "no code: it was killed"}");
        return all;

        async Task PartAsync(string name, Func<Task<(string Counts, string? Fall)>> attack)
        {
            if (!settings.Parts.Lacks(name)) return;
            var isOver = false;
            var honest = new[] { client.ClosedAsync(() => rest, 1, _ => Volatile.Read(ref isOver)), calls.AskAsync(() => Volatile.Read(ref isOver)) };
            var (counts, fall) = await attack();
            Volatile.Write(ref isOver, true);
            var answers = await Task.WhenAll(honest);
            List<string> falls = fall is null ? [] : [fall];
            // Their connections stand throughout: none of the limit's closings is theirs.
            foreach (var (status, count) in answers.SelectMany(one => one).Where(answer => answer.Status != 200 || !answer.IsHeld).CountBy(answer => answer.Status)) falls.Add($"honest callers: {count} requests got status {status}");
            if (!server.IsAlive) falls.Add("the server is gone");
            settings.Parts.Say(name, $"{counts}; honest callers {answers[0].Count} + {answers[1].Count}, p99 {Latencies.Milliseconds(answers[0].Select(answer => answer.Seconds), 0.99):0} and {Latencies.Milliseconds(answers[1].Select(answer => answer.Seconds), 0.99):0} ms; resident {server.ResidentBytes / 1e6:0} MB", falls);
            all.AddRange(falls.Select(one => $"{name}: {one}"));
        }

        async Task<(string Counts, string? Fall)> MutateAsync(int from, int to, Func<byte[], Random, Task<string>> send, params string[] falls)
        {
            var ends = new ConcurrentDictionary<string, int>();
            await Parallel.ForEachAsync(Enumerable.Range(from, to - from), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
                ends.AddOrUpdate(await send(photos[i % photos.Count], new Random(Overload.HashCode(settings.Seed, i))), 1, (_, count) => count + 1));
            var bad = falls.Where(ends.ContainsKey).Select(end => $"{ends[end]} mutated ones got {end}").ToList();
            return (string.Join(", ", ends.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} x {pair.Value}")), bad.Count > 0 ? string.Join(", ", bad) : null);
        }
    }

    private static async Task<(string Counts, string? Fall)> SlowAsync(Uri address, byte[] whole, int[] starts)
    {
        var begin = Stopwatch.GetTimestamp();
        var cut = await Task.WhenAll(Enumerable.Range(0, Slow).Select(i => Holding.SlowAsync(address, whole, starts[i % starts.Length])));
        return ($"{Slow}, a byte each 200 ms of preface or head, head or metadata, body; cut off {cut.Count(one => one)} in {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s", null);
    }

    private static async Task<(string Counts, string? Fall)> IdleAsync(Uri address, byte[] beginning)
    {
        var (below, above) = (await Holding.IdleAsync(address, MaxConnections - 10, beginning), await Holding.IdleAsync(address, 2 * MaxConnections, beginning));
        return ($"{MaxConnections - 10}, closed at once {below}; {2 * MaxConnections}, closed at once {above} (limit {MaxConnections})", below > 0 ? $"{below} of {MaxConnections - 10} were closed below the limit" : above < MaxConnections ? $"{above} of {2 * MaxConnections} were closed, the limit is {MaxConnections}" : null);
    }
}
