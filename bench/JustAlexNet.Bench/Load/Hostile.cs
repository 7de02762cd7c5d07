using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace JustAlexNet.Bench.Load;

/// <summary>Slow senders, idle connections up to and above the limit, mutated heads and bodies; beside them an honest caller, who is answered throughout.</summary>
internal static class Hostile
{
    private const int MaxConnections = 64, Slow = 20;

    public static async Task<IReadOnlyList<string>> RunAsync(CampaignSettings settings)
    {
        var falls = new List<string>();
        using var server = await ServerProcess.StartAsync(settings.Model, "--max-connections", $"{MaxConnections}", "--header-timeout", "1", "--request-timeout", "1");
        using var client = new LoadClient(settings.Photos, TimeSpan.FromSeconds(20));
        var (address, isOver) = (server.Address, false);
        for (var i = 0; i < 50; i++) await client.AskAsync(address, i, Stopwatch.GetTimestamp());
        var (memory, handles) = (server.ResidentBytes, server.Handles);
        var honest = client.ClosedAsync(() => address, 1, _ => Volatile.Read(ref isOver));
        await SlowAsync(address, settings);
        var closed = await IdleAsync(address);
        if (closed == 0) falls.Add($"{2 * MaxConnections} idle connections: none was closed, the limit is {MaxConnections}");
        var statuses = await MutateAsync(address, settings, falls);
        Volatile.Write(ref isOver, true);
        var answers = await honest;
        // The honest caller's connection stands throughout: none of the limit's closings is his.
        var bad = answers.Where(answer => answer.Status != 200 || !answer.IsHeld).CountBy(answer => answer.Status).ToList();
        Console.WriteLine(FormattableString.Invariant($"honest caller: {answers.Count} requests, failed {bad.Sum(pair => pair.Value)}, p99 {Latencies.Milliseconds(answers.Select(answer => answer.Seconds), 0.99):0} ms"));
        foreach (var (status, count) in bad) falls.Add($"honest caller: {count} requests got status {status}");
        Console.WriteLine(FormattableString.Invariant($"mutated requests, seed {settings.Seed}: {string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{(pair.Key == 0 ? "cut" : pair.Key)} x {pair.Value}"))}; {Slow} slow senders; {2 * MaxConnections} idle connections, {closed} closed at once"));
        await Task.Delay(6000);
        Console.WriteLine(FormattableString.Invariant($"resident {memory / 1e6:0} MB before, {server.ResidentBytes / 1e6:0} MB after; handles {handles} before, {(server.IsAlive ? server.Handles : 0)} after"));
        if (statuses.TryGetValue(500, out var failed)) falls.Add($"{failed} mutated requests got status 500");
        if (!server.IsAlive) falls.Add("the server is gone");
        else if (server.Handles > handles + 10) falls.Add($"handles grew from {handles} to {server.Handles}");
        if (server.ResidentBytes > 1.5 * memory) falls.Add("resident memory grew by more than half");
        if (await server.EndAsync() is var code && code != 0) falls.Add($"the server ended with {code?.ToString() ?? "no code: it was killed"}");
        return falls;
    }

    /// <summary>Senders of a byte now and then: cut by the limits of head and request.</summary>
    private static async Task SlowAsync(Uri address, CampaignSettings settings) => await Task.WhenAll(Enumerable.Range(0, Slow).Select(async i =>
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        var whole = Request(settings.Photos[i % settings.Photos.Count]);
        var start = i % 2 == 0 ? 0 : whole.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        try
        {
            var stream = socket.GetStream();
            await stream.WriteAsync(whole.AsMemory(0, start));
            for (var at = start; at < start + 40; at++)
            {
                await stream.WriteAsync(whole.AsMemory(at, 1));
                await Task.Delay(200);
            }
        }
        catch (IOException)
        {
            // Cut off, as it should be.
        }
    }));

    /// <returns>How many of twice the limit were closed at once.</returns>
    private static async Task<int> IdleAsync(Uri address)
    {
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 2 * MaxConnections; i++)
            {
                var socket = new TcpClient();
                await socket.ConnectAsync(address.Host, address.Port);
                idle.Add(socket);
            }
            await Task.Delay(1000);
            return idle.Count(socket => socket.Client.Poll(0, SelectMode.SelectRead));
        }
        finally
        {
            foreach (var socket in idle) socket.Dispose();
            await Task.Delay(1000);
        }
    }

    private static async Task<Dictionary<int, int>> MutateAsync(Uri address, CampaignSettings settings, List<string> falls)
    {
        var (statuses, gate) = (new Dictionary<int, int>(), new Lock());
        await Parallel.ForEachAsync(Enumerable.Range(0, settings.Count), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, stop) =>
        {
            var answer = await SendAsync(address, Mutated(Request(settings.Photos[i % settings.Photos.Count]), new Random(HashCode(settings.Seed, i))));
            var status = answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && int.TryParse(answer.AsSpan(9, 3), out var code) ? code : 0;
            lock (gate)
            {
                statuses[status] = statuses.GetValueOrDefault(status) + 1;
                if (status == 0 && answer.Length > 0) falls.Add($"mutation {i}: an answer that is no HTTP");
            }
        });
        return statuses;
    }

    private static int HashCode(int seed, int number) => unchecked(seed * 1_000_003 + number);

    // A request whose end never comes is waited for by the server, within its bounds: a second here.
    private static async Task<string> SendAsync(Uri address, byte[] request)
    {
        using var socket = new TcpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(8));
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, patience.Token);
            var stream = socket.GetStream();
            await stream.WriteAsync(request, patience.Token);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return await reader.ReadToEndAsync(patience.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            return "";
        }
    }

    private static byte[] Mutated(byte[] request, Random random)
    {
        var bytes = request.ToList();
        var head = request.AsSpan().IndexOf("\r\n\r\n"u8);
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            var at = random.Next(2) == 0 ? random.Next(bytes.Count) : random.Next(Math.Min(bytes.Count, head + 600));
            switch (random.Next(4))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 200), bytes.Count - at))); break;
            }
        }
        return [.. bytes];
    }

    private static byte[] Request(byte[] photo) => [.. Encoding.ASCII.GetBytes($"POST /v1/classify?topk=2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: image/jpeg\r\nContent-Length: {photo.Length}\r\n\r\n"), .. photo];
}
