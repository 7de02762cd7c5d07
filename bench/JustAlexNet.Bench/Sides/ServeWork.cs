using System.Diagnostics;
using JustAlexNet.Bench.Load;

namespace JustAlexNet.Bench.Sides;

/// <summary>The real <c>justalexnet serve</c> under a load client in this process: photos as JPEG files in, classes out.</summary>
/// <remarks>
/// <c>load=closed</c>: 16 callers, each sends when it is answered. <c>load=half</c>: requests are due at half the rate that the same callers reached before, evenly or (<c>arrivals=poisson</c>) at random times; what a request
/// waits counts from the moment at which it was due.
/// </remarks>
internal sealed class ServeWork : Work
{
    private const int Photos = 64, WarmUp = 160;

    private readonly ServerProcess server;
    private readonly LoadClient client;
    private readonly int callers, count;
    private readonly double openRate;
    private readonly Random? random;
    private readonly List<double> seconds = [];
    private double served, serverSeconds, clientSeconds;

    public ServeWork(SideSettings settings)
    {
        var (precision, folder) = (settings.Text("precision"), settings.Text("data"));
        (callers, count) = (settings.NumberOrAuto("callers") ?? 16, settings.NumberOrAuto("count") ?? 320);
        client = new LoadClient(ServedFile.Photos(folder, Photos), TimeSpan.FromSeconds(60));
        string[] options = [.. settings.TextOr("options", "").Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        server = ServerProcess.StartAsync([ServedFile.Make(precision, folder), .. options]).GetAwaiter().GetResult();
        var load = settings.Text("load");
        Closed(WarmUp);
        if (load == "half")
        {
            var begin = Stopwatch.GetTimestamp();
            Closed(count);
            openRate = count / Stopwatch.GetElapsedTime(begin).TotalSeconds / 2;
            random = settings.TextOr("arrivals", "even") == "poisson" ? new Random(1) : null;
        }
        (seconds, served, serverSeconds, clientSeconds) = ([], 0, 0, 0);
        About = load == "half" ? $"{precision}, open loop at {openRate:0.0} photos/s{(random is null ? ", evenly spaced" : ", Poisson")}" : $"{precision}, {callers} callers, {count} photos a round{(options.Length > 0 ? $", {string.Join(' ', options)}" : "")}";
    }

    public override string About { get; }

    public override double Round() => openRate > 0 ? Keep(() => client.OpenAsync(server.Address, openRate, count / 2, random).GetAwaiter().GetResult()) : Closed(count);

    public override IReadOnlyDictionary<string, double> Figures() => new Dictionary<string, double>
    {
        [Figure.P50] = Latencies.Milliseconds(seconds, 0.5), [Figure.P99] = Latencies.Milliseconds(seconds, 0.99),
        [Figure.ServerMilliseconds] = 1000 * serverSeconds / served, [Figure.ClientMilliseconds] = 1000 * clientSeconds / served,
        [Figure.Resident] = server.ResidentBytes / 1e6, [Figure.Peak] = server.PeakBytes / 1e6,
    };

    public override void Dispose()
    {
        server.Dispose();
        client.Dispose();
    }

    private double Closed(int requests) => Keep(() => client.ClosedAsync(() => server.Address, callers, number => number >= requests).GetAwaiter().GetResult());

    private double Keep(Func<IReadOnlyList<Answer>> load)
    {
        using var self = Process.GetCurrentProcess();
        var (client, server) = (self.TotalProcessorTime.TotalSeconds, this.server.ProcessorSeconds);
        var answers = load();
        self.Refresh();
        if (answers.FirstOrDefault(answer => answer.Status != 200 || !answer.IsHeld) is { Seconds: > 0 } bad) throw new InvalidOperationException($"a request got status {bad.Status} after {bad.Seconds:0.000} s: {string.Join('\n', this.server.Complaints)}");
        (clientSeconds, serverSeconds, served) = (clientSeconds + self.TotalProcessorTime.TotalSeconds - client, serverSeconds + this.server.ProcessorSeconds - server, served + answers.Count);
        seconds.AddRange(answers.Select(answer => answer.Seconds));
        return answers.Count;
    }

    /// <summary>What the side tells beside its rate, of all rounds so far.</summary>
    internal static class Figure
    {
        public const string P50 = "p50, ms", P99 = "p99, ms", ServerMilliseconds = "processor of the server, ms a photo", ClientMilliseconds = "processor of the client, ms a photo", Resident = "resident, MB", Peak = "resident at most, MB";
    }
}
