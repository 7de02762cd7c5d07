using System.Diagnostics;
using System.Text;

namespace JustAlexNet.Campaigns.Kills;

/// <summary>The <c>justalexnet</c> that this was built with, or the one that JUSTALEXNET names, as a process of its own with one thread of arithmetic.</summary>
internal sealed class CommandRun : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Process process;
    private readonly StringBuilder output = new(), error = new();

    /// <summary>Starts it.</summary>
    /// <param name="arguments">The command's.</param>
    /// <param name="cache">The user's cache folder.</param>
    /// <param name="before">Words before the command, such as those of strace; none: the command alone.</param>
    public CommandRun(IEnumerable<string> arguments, string cache, params string[] before)
    {
        string[] words = [.. before, Program, .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new[] { ("OMP_NUM_THREADS", "1"), ("XDG_CACHE_HOME", cache), ("DOTNET_EnableDiagnostics", "0") }) start.Environment[name] = value;
        start.Environment.Remove("JUSTALEXNET_CACHE");
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The command's program.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("JUSTALEXNET") is { Length: > 0 } given ? given : Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "JustAlexNet.Cli.exe" : "JustAlexNet.Cli");

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>What it wrote, results first.</summary>
    public string Said
    {
        get
        {
            lock (output) return $"{output}{error}";
        }
    }

    /// <summary>The last lines of it, on one.</summary>
    public string LastWords => string.Join(" | ", Said.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(4));

    /// <summary>Waits.</summary>
    /// <returns>Whether it ended in that time.</returns>
    public bool EndsWithin(TimeSpan time) => process.WaitForExit(time);

    /// <summary>SIGKILL.</summary>
    /// <returns>Whether it was that which ended it.</returns>
    public bool Kill()
    {
        process.Kill();
        return Wait() == 128 + 9;
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code, 128 and the signal's number after a signal; null: it did not end in minutes and was killed.</returns>
    public int? Wait()
    {
        var isOver = process.WaitForExit(Patience);
        if (!isOver) process.Kill(entireProcessTree: true);
        process.WaitForExit();      // until what it wrote has come
        return isOver ? process.ExitCode : null;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (output) text.Append(line).Append('\n');
    }
}
