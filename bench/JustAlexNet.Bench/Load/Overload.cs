using System.Diagnostics;

namespace JustAlexNet.Bench.Load;

/// <summary>Four times what the server can do, open loop: it answers as much as ever, refuses the rest at once, and does not grow.</summary>
internal static class Overload
{
    private const double Factor = 4, Share = 0.9, Growth = 1.15;

    public static async Task<IReadOnlyList<string>> RunAsync(CampaignSettings settings)
    {
        var falls = new List<string>();
        using var server = await ServerProcess.StartAsync(settings.Model);
        using var client = new LoadClient(settings.Photos, TimeSpan.FromSeconds(60));
        var address = server.Address;
        await client.ClosedAsync(() => address, 16, number => number >= 200);
        var capacity = await CapacityAsync();
        Campaign.Say($"capacity {capacity:0.0} photos/s (16 callers, closed loop); seed {settings.Seed}, {settings.Seconds} s at {Factor} times that");
        // Waves of ten seconds: what is measured shows as it goes, and the memory between them.
        var (random, all, memory, wave) = (new Random(settings.Seed), new List<Answer>(), new List<long>(), Math.Min(10, settings.Seconds));
        var (clientBefore, serverBefore) = (Environment.CpuUsage.TotalTime.TotalSeconds, server.ProcessorSeconds);
        var begin = Stopwatch.GetTimestamp();
        for (var second = 0; second < settings.Seconds; second += wave)
        {
            var answers = await client.OpenAsync(address, Factor * capacity, (int)(Factor * capacity * wave), random);
            all.AddRange(answers);
            memory.Add(server.ResidentBytes);
        }
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var (served, refused) = (all.Where(answer => answer.Status == 200).ToList(), all.Where(answer => answer.Status == 429).Select(answer => answer.Seconds).ToList());
        var rate = served.Count / seconds;
        var (clientShare, serverShare) = ((Environment.CpuUsage.TotalTime.TotalSeconds - clientBefore) / seconds, (server.ProcessorSeconds - serverBefore) / seconds);
        capacity = Math.Max(capacity, await CapacityAsync());        // it may have warmed up, or the machine calmed down
        // The client stands on the same cores: what it takes, the server cannot have.
        var allowed = capacity * Math.Min(1, (Environment.ProcessorCount - clientShare) / Environment.ProcessorCount);
        Campaign.Say($"sent {all.Count}, answered {served.Count} ({rate:0.0}/s, {rate / capacity:0.00} of capacity, {rate / allowed:0.00} of what the client leaves), refused with 429 {refused.Count}, others {all.Count - served.Count - refused.Count}");
        Campaign.Say($"429 p50 {Latencies.Milliseconds(refused, 0.5):0.0} ms, p99 {Latencies.Milliseconds(refused, 0.99):0.0} ms; answers p50 {Latencies.Milliseconds(served.Select(answer => answer.Seconds), 0.5):0} ms, p99 {Latencies.Milliseconds(served.Select(answer => answer.Seconds), 0.99):0} ms");
        Campaign.Say($"processors taken: server {serverShare:0.00}, client {clientShare:0.00} of {Environment.ProcessorCount}; resident {memory[0] / 1e6:0} MB after the first wave, {memory[^1] / 1e6:0} MB after the last, {server.PeakBytes / 1e6:0} MB at most");
        if (rate < Share * allowed) falls.Add($"answered {rate:0.0}/s, expected {Share} of {allowed:0.0}/s or more");
        foreach (var other in all.Where(answer => answer.Status is not (200 or 429) || !answer.IsHeld).CountBy(answer => answer.Status)) falls.Add($"{other.Value} answers with status {other.Key} or broken, expected 200 and 429");
        if (memory[^1] > Growth * memory[0]) falls.Add($"resident memory grew from {memory[0] / 1e6:0} to {memory[^1] / 1e6:0} MB");
        falls.AddRange(server.Complaints);
        if (await server.EndAsync() is var code && code != 0) falls.Add($"the server ended with {code?.ToString() ?? "no code: it was killed"}, expected 0");
        return falls;

        async Task<double> CapacityAsync()
        {
            var start = Stopwatch.GetTimestamp();
            await client.ClosedAsync(() => address, 16, number => number >= 400);
            return 400 / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }
}
