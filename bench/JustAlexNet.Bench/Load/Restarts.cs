using System.Diagnostics;

namespace JustAlexNet.Bench.Load;

/// <summary>Restarts by SIGTERM and hot reloads under load: no request that was accepted fails.</summary>
/// <remarks>503, and a connection that could not be made while the server goes, say that a request was not accepted; they are counted apart. One that was accepted and cut off stands in the log of the server, whose warnings are failures here. A connection that breaks under a request is a failure where the request was sent a hundredth of a second before the signal or earlier; later ones may cross the server's closing of connections that wait, and are counted apart too. One that fails in a hot reload has no excuse.</remarks>
internal static class Restarts
{
    private const int Callers = 4;

    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(10);

    private const int Part = 10;

    public static async Task<IReadOnlyList<string>> RunAsync(CampaignSettings settings)
    {
        using var client = new LoadClient(settings.Photos, TimeSpan.FromSeconds(60));
        return [.. await ReloadAsync(settings, client), .. await RestartAsync(settings, client)];
    }

    private static async Task<List<string>> ReloadAsync(CampaignSettings settings, LoadClient client)
    {
        var all = new List<string>();
        var parts = settings.Parts.Left("hot reloads", settings.Count, Part).ToList();
        if (parts.Count == 0) return all;
        var folder = Directory.CreateTempSubdirectory("justalexnet-load-").FullName;
        try
        {
            var (model, bytes, memory) = (Path.Combine(folder, "model.onnx"), File.ReadAllBytes(settings.Model), new List<long>());
            File.WriteAllBytes(model, bytes);
            using var server = await ServerProcess.StartAsync(model);
            var address = server.Address;
            foreach (var (name, from, to) in parts)
            {
                var (falls, random, isOver) = (new List<string>(), new Random(Overload.HashCode(settings.Seed, from)), false);
                var load = client.ClosedAsync(() => address, Callers, _ => Volatile.Read(ref isOver));
                for (var i = from; i < to; i++)
                {
                    File.WriteAllBytes(model + ".new", i % 5 == 4 ? bytes[..random.Next(1, bytes.Length)] : bytes);     // every fifth is cut off: the old one answers on
                    File.Move(model + ".new", model, overwrite: true);
                    await Task.Delay(random.Next(1500, 2500));      // files are looked at every second
                }
                Volatile.Write(ref isOver, true);
                var answers = await load;
                var bad = answers.Where(answer => answer.Status != 200 || !answer.IsHeld).CountBy(answer => answer.Status).ToList();
                memory.Add(server.ResidentBytes);
                foreach (var (status, count) in bad) falls.Add($"{count} requests got status {status}");
                settings.Parts.Say(name, $"every fifth file cut off, {Callers} callers: {answers.Count} requests, failed {bad.Sum(pair => pair.Value)}; resident {memory[^1] / 1e6:0} MB, at most {server.PeakBytes / 1e6:0} MB", falls);
                all.AddRange(falls);
            }
            if (memory[^1] > 1.5 * memory[0]) all.Add("hot reload: resident memory grew by more than half");
            if (await server.EndAsync() is var code && code != 0) all.Add($"hot reload: the server ended with {code?.ToString() ?? "no code"}");
            return all;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<string>> RestartAsync(CampaignSettings settings, LoadClient client)
    {
        var all = new List<string>();
        foreach (var (name, from, to) in settings.Parts.Left("restarts", settings.Count, Part))
        {
            var (falls, random, answered, refused, crossed) = (new List<string>(), new Random(Overload.HashCode(settings.Seed, from)), 0, 0, 0);
            for (var i = from; i < to; i++)
            {
                using var server = await ServerProcess.StartAsync(settings.Model);
                var (address, isOver) = (server.Address, false);
                var load = client.ClosedAsync(() => address, Callers, _ => Volatile.Read(ref isOver));
                await Task.Delay(random.Next(200, 1200));
                var signal = Stopwatch.GetTimestamp();
                var end = server.EndAsync();
                await Task.Delay(50);
                Volatile.Write(ref isOver, true);
                var answers = await load;
                if (await end is var code && code != 0) falls.Add($"restart {i}: exit code {code?.ToString() ?? "none: it was killed"}");
                answered += answers.Count(answer => answer.Status == 200);
                refused += answers.Count(answer => answer.Status is -1 or 503);
                crossed += answers.Count(Crossed);
                foreach (var (status, count) in answers.Where(answer => (answer.Status is not (-1 or 200 or 503) && !Crossed(answer)) || (answer.Status == -1 && Stopwatch.GetElapsedTime(answer.Due, signal) > Margin) || (answer.Status == 200 && !answer.IsHeld)).CountBy(answer => answer.Status)) falls.Add($"restart {i}: {count} of {answers.Count} requests got status {status}");
                // What the server let in, it says itself: nothing may be cut off.
                falls.AddRange(server.Complaints.Select(complaint => $"restart {i}: {complaint}"));

                bool Crossed(Answer answer) => answer.Status == 0 && Stopwatch.GetElapsedTime(answer.Due, signal) < Margin;
            }
            settings.Parts.Say(name, $"by SIGTERM under {Callers} callers: answered {answered}, not let in any more (503 or no connection) {refused}, crossed the end {crossed}, failed {falls.Count}", falls);
            all.AddRange(falls);
        }
        return all;
    }
}
