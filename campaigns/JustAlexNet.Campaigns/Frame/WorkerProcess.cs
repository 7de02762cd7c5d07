using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace JustAlexNet.Campaigns.Frame;

/// <summary>A worker as its supervisor sees it: its lines, its memory, its end.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int Signalled = 128, LinesKept = 40;
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly BlockingCollection<string> lines = [];
    private readonly ConcurrentQueue<string> said = new();

    /// <summary>Starts one.</summary>
    /// <param name="words">Its command line.</param>
    public WorkerProcess(IEnumerable<string> words)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "JustAlexNet.Campaigns" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        new Thread(ReadLines) { IsBackground = true, Name = "worker's lines" }.Start();
        process.ErrorDataReceived += (_, data) => Keep(data.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Bytes resident at most so far; 0 where the system does not tell, or the process is gone.</summary>
    public long PeakBytes
    {
        get
        {
            var status = $"/proc/{process.Id}/status";
            try
            {
                return File.ReadLines(status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line
                    ? 1024 * long.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) : 0;
            }
            catch (IOException)
            {
                return 0;       // it has ended
            }
        }
    }

    /// <summary>Processor time of all its threads so far; 0 where it is gone.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            try
            {
                return process.HasExited ? TimeSpan.Zero : process.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                return TimeSpan.Zero;       // it has ended in between
            }
        }
    }

    /// <summary>What it said last on standard error.</summary>
    public string LastWords => string.Join(" / ", said.TakeLast(6));

    /// <summary>The next line of its output.</summary>
    /// <param name="patience">How long it is waited for.</param>
    /// <param name="line">Null where there will be no more.</param>
    /// <returns>False where there was none in time.</returns>
    public bool TryRead(TimeSpan patience, out string? line)
    {
        line = null;
        if (lines.TryTake(out line, patience)) return true;
        return lines.IsCompleted;
    }

    /// <summary>Lets a worker go that is done.</summary>
    /// <returns>How it ended; null: as it should.</returns>
    public string? End()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(Farewell))
        {
            Kill();
            return "did not end when it was done";
        }
        return process.ExitCode == 0 ? null : Ending();
    }

    /// <summary>How a worker ended that is gone: its signal or its exit code, and its last words.</summary>
    public string Ending()
    {
        process.WaitForExit();      // its standard error too
        return (process.ExitCode > Signalled ? $"died of signal {process.ExitCode - Signalled}" : $"ended with exit code {process.ExitCode}") + (LastWords.Length > 0 ? $": {LastWords}" : "");
    }

    public void Kill()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
    }

    private void ReadLines()
    {
        while (process.StandardOutput.ReadLine() is { } line) lines.Add(line);
        lines.CompleteAdding();
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        said.Enqueue(line.Replace('\t', ' '));
        while (said.Count > LinesKept) said.TryDequeue(out _);
    }
}
