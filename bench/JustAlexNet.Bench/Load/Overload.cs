using System.Diagnostics;

namespace JustAlexNet.Bench.Load;

/// <summary>Four times what the server can do, open loop: it answers as much as ever, refuses the rest at once, and does not grow.</summary>
internal static class Overload
{
    private const double Factor = 4, Share = 0.9, Growth = 1.15;
    private const int Part = 30, Wave = 10;

    public static async Task<IReadOnlyList<string>> RunAsync(CampaignSettings settings)
    {
        var (all, memory) = (new List<string>(), new List<long>());
        using var server = await ServerProcess.StartAsync(settings.Model);
        using var client = new LoadClient(settings.Photos, TimeSpan.FromSeconds(60));
        var address = server.Address;
        await CapacityAsync();      // warm
        foreach (var (name, from, to) in settings.Parts.Left("overload, seconds", settings.Seconds, Part))
        {
            var falls = new List<string>();
            var capacity = await CapacityAsync();
            // Waves, or the last answers of all would be waited for at once; what the machine can do is asked before and after each part.
            var (random, answers, begin) = (new Random(HashCode(settings.Seed, from)), new List<Answer>(), Stopwatch.GetTimestamp());
            var (clientBefore, serverBefore) = (Environment.CpuUsage.TotalTime.TotalSeconds, server.ProcessorSeconds);
            for (var second = from; second < to; second += Wave) answers.AddRange(await client.OpenAsync(address, Factor * capacity, (int)(Factor * capacity * Math.Min(Wave, to - second)), random));
            var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            var (clientShare, serverShare) = ((Environment.CpuUsage.TotalTime.TotalSeconds - clientBefore) / seconds, (server.ProcessorSeconds - serverBefore) / seconds);
            memory.Add(server.ResidentBytes);
            var (served, refused) = (answers.Where(answer => answer.Status == 200).ToList(), answers.Where(answer => answer.Status == 429).Select(answer => answer.Seconds).ToList());
            var rate = served.Count / seconds;
            capacity = (capacity + await CapacityAsync()) / 2;
            // The client stands on the same cores: what it takes, the server cannot have.
            var allowed = capacity * Math.Min(1, (Environment.ProcessorCount - clientShare) / Environment.ProcessorCount);
            if (rate < Share * allowed) falls.Add($"answered {rate:0.0}/s, expected {Share} of {allowed:0.0}/s or more");
            foreach (var other in answers.Where(answer => answer.Status is not (200 or 429) || !answer.IsHeld).CountBy(answer => answer.Status)) falls.Add($"{other.Value} answers with status {other.Key} or broken, expected 200 and 429");
            falls.AddRange(server.Complaints);
            settings.Parts.Say(name, $"capacity {capacity:0.0}/s, sent {answers.Count}, answered {served.Count} ({rate:0.0}/s, {rate / capacity:0.00} of capacity, {rate / allowed:0.00} of what the client leaves), 429 x {refused.Count} (p50 {Latencies.Milliseconds(refused, 0.5):0.0} ms, p99 {Latencies.Milliseconds(refused, 0.99):0.0} ms), others {answers.Count - served.Count - refused.Count}; answers p50 {Latencies.Milliseconds(served.Select(answer => answer.Seconds), 0.5):0} ms, p99 {Latencies.Milliseconds(served.Select(answer => answer.Seconds), 0.99):0} ms; processors: server {serverShare:0.00}, client {clientShare:0.00} of {Environment.ProcessorCount}; resident {memory[^1] / 1e6:0} MB, at most {server.PeakBytes / 1e6:0} MB", falls);
            all.AddRange(falls);
        }
        if (memory.Count > 0 && memory[^1] > Growth * memory[0]) all.Add($"resident memory grew from {memory[0] / 1e6:0} to {memory[^1] / 1e6:0} MB");
        if (await server.EndAsync() is var code && code != 0) all.Add($"the server ended with {code?.ToString() ?? "no code: it was killed"}, expected 0");
        return all;

        async Task<double> CapacityAsync()
        {
            const int Asked = 160;
            var start = Stopwatch.GetTimestamp();
            await client.ClosedAsync(() => address, 16, number => number >= Asked);
            return Asked / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    /// <summary>One seed of two numbers.</summary>
    public static int HashCode(int seed, int number) => unchecked(seed * 1_000_003 + number);
}
