using System.Diagnostics;
using System.Text;
using JustAlexNet.Cli.CommandLine;

namespace JustAlexNet.Cli.Tests;

/// <summary>The command as a process of its own, for signals and exit codes.</summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // What runs the tests may be a program of its own (dotnet run) or dotnet (dotnet test).
    private static readonly string Dotnet = Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : Invocation.Found("dotnet", Environment.GetEnvironmentVariable("PATH"))!;
    private static readonly string Library = Path.Combine(AppContext.BaseDirectory, "JustAlexNet.Cli.dll");

    private readonly Process process;
    private readonly StringBuilder output = new(), error = new();

    public Child(params string[] arguments) : this(new Dictionary<string, string?>(), arguments)
    {
    }

    /// <param name="environment">Variables in addition; null removes one.</param>
    /// <param name="arguments">The command's.</param>
    public Child(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        // env: a shell that started the tests in its background has told them, and so this process, to ignore Ctrl-C.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,TERM", Dotnet, Library, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        foreach (var (name, value) in environment)
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What starts the command as it is started here, as it prints it in lines to copy.</summary>
    public static string Start { get; } = new Invocation(Dotnet, Library, Environment.CurrentDirectory, Environment.GetEnvironmentVariable("PATH")).Words;

    public static Answer Run(params string[] arguments)
    {
        using var child = new Child(arguments);
        return child.Wait();
    }

    public static Answer Run(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        using var child = new Child(environment, arguments);
        return child.Wait();
    }

    /// <summary>Skips the running test where signals are not those of Unix.</summary>
    public static void NeedsSignals() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");

    public Child WaitFor(string text)
    {
        lock (output)
        {
            for (var end = Stopwatch.GetTimestamp(); !output.ToString().Contains(text, StringComparison.Ordinal);)
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(end) > Patience) Assert.Fail($"'{text}' did not come:\n{output}{error}");
                Monitor.Wait(output, 100);
            }
        }
        return this;
    }

    /// <summary>What it wrote on standard output so far.</summary>
    public string Output
    {
        get
        {
            lock (output) return output.ToString();
        }
    }

    public Child Signal(string name, int times = 1)
    {
        using var kill = Process.Start("/bin/sh", ["-c", string.Join(';', Enumerable.Repeat($"kill -{name} {process.Id}", times))]);
        kill.WaitForExit();
        return this;
    }

    public Answer Wait()
    {
        if (!process.WaitForExit(Patience)) Assert.Fail($"It does not end:\n{output}{error}");
        process.WaitForExit();      // until what it wrote has come
        return new(process.ExitCode, output.ToString(), error.ToString());
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    private void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (output)
        {
            text.Append(line).Append('\n');
            Monitor.PulseAll(output);
        }
    }
}
