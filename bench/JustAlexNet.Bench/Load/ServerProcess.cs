using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace JustAlexNet.Bench.Load;

/// <summary>The real <c>justalexnet serve</c> in a process of its own, on any free port of this machine.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly Queue<string> lastWords = new();
    private readonly Task listening;

    private ServerProcess(Process process)
    {
        this.process = process;
        listening = ListenAsync();
    }

    /// <summary>Where REST answers, with a slash at its end.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Where gRPC answers.</summary>
    public Uri Grpc { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Where the metrics stand.</summary>
    public Uri Metrics { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Processor time of the server so far, in seconds.</summary>
    public double ProcessorSeconds => Fresh.TotalProcessorTime.TotalSeconds;

    /// <summary>Bytes that the server has resident.</summary>
    public long ResidentBytes => Fresh.WorkingSet64;

    /// <summary>The most bytes that the server has had resident (VmHWM on Linux).</summary>
    public long PeakBytes => Fresh.PeakWorkingSet64;

    /// <summary>Open files and sockets of the server, on Linux.</summary>
    public int Handles => Directory.GetFiles($"/proc/{process.Id}/fd").Length;

    /// <summary>Whether it runs.</summary>
    public bool IsAlive => !process.HasExited;

    /// <summary>The last lines of its log that are warnings or worse, for a report of what went wrong.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (lastWords) return [.. lastWords];
        }
    }

    private Process Fresh
    {
        get
        {
            process.Refresh();
            return process;
        }
    }

    /// <summary>Starts it and waits until it listens, which is after its models are warm.</summary>
    /// <param name="arguments">What follows <c>serve</c>; the ports are added.</param>
    /// <exception cref="InvalidOperationException">It ended instead; its words are in the message.</exception>
    public static async Task<ServerProcess> StartAsync(params IEnumerable<string> arguments)
    {
        var command = Environment.GetEnvironmentVariable("JUSTALEXNET") is { Length: > 0 } given ? given : Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "JustAlexNet.Cli.exe" : "JustAlexNet.Cli");
        var start = new ProcessStartInfo(command, ["serve", .. arguments, "--http-port", "0", "--grpc-port", "0", "--metrics-port", "0", "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var server = new ServerProcess(Process.Start(start)!);
        if (await server.process.StandardOutput.ReadLineAsync() is not { } line)
        {
            await server.listening;
            throw new InvalidOperationException($"justalexnet serve ended with {server.process.ExitCode}:\n{string.Join('\n', server.lastWords)}");
        }
        using var said = JsonDocument.Parse(line);
        (server.Address, server.Grpc, server.Metrics) = (new(said.RootElement.GetProperty("rest").GetString()!), new(said.RootElement.GetProperty("grpc").GetString()!), new(said.RootElement.GetProperty("metrics").GetString()!));
        return server;
    }

    /// <summary>Asks it to end (SIGTERM).</summary>
    /// <returns>Its exit code; null: it had to be killed.</returns>
    public async Task<int?> EndAsync()
    {
        if (!process.HasExited) _ = SendSignal(process.Id, 15);
        using var over = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(over.Token);
            await listening;
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            return null;
        }
    }

    public void Dispose()
    {
        EndAsync().GetAwaiter().GetResult();
        process.Dispose();
    }

    // Read to its end, or the server would wait for a full pipe; requests' lines are information and not kept.
    private async Task ListenAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.Contains("\"LogLevel\":\"Information\"", StringComparison.Ordinal)) continue;
            lock (lastWords)
            {
                lastWords.Enqueue(line);
                if (lastWords.Count > 20) lastWords.Dequeue();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);
}
