using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace JustAlexNet.Bench.Measuring;

/// <summary>A side's process, driven from outside: it works only between a question and its answer, and is stopped else (threads that spin while they wait would take the others' cores).</summary>
internal sealed partial class SideProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private SideProcess(Side side, Process process)
    {
        (Side, this.process) = (side, process);
        errors = process.StandardError.ReadToEndAsync();
    }

    public Side Side { get; }

    /// <summary>Versions and settings as the side tells them.</summary>
    public string About { get; private set; } = "";

    /// <summary>Where its time went; null where the side does not tell.</summary>
    public StepParts? Parts { get; private set; }

    /// <summary>What the side told beside its rate, last; empty where it tells nothing.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; private set; } = new Dictionary<string, double>();

    /// <summary>How many rounds one question asks for.</summary>
    public int Repeats { get; set; } = 1;

    /// <summary>The most memory that the process has had resident, in bytes (VmHWM on Linux).</summary>
    public long PeakBytes
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <returns>Null, with the reason, where it cannot run on this machine.</returns>
    public static SideProcess? Start(Side side, out string whyNot)
    {
        whyNot = "";
        if (side.IsPython && PythonOf(side) is null)
        {
            whyNot = $"no python3 here can import {(side.NeedsPillowAlone ? "Pillow" : "torch and torchvision")}";
            return null;
        }
        var started = new SideProcess(side, Process.Start(StartOf(side))!);
        JsonElement answer;
        try
        {
            answer = started.Read();
        }
        catch (BenchException e) when (side.IsPython)
        {
            started.Dispose();
            whyNot = e.Message.Split('\n')[^1];       // a peer that fails on this machine is a finding, not the end
            return null;
        }
        if (answer.TryGetProperty("skip", out var reason))
        {
            whyNot = reason.GetString()!;
            started.Dispose();
            return null;
        }
        started.About = answer.GetProperty("ready").GetString()!;
        started.Signal(Stop);
        return started;
    }

    /// <summary>Lets it work.</summary>
    public (double Seconds, double Units) Go()
    {
        Signal(Continue);
        try
        {
            process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"go {Repeats}"));
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended: Read says with what words.
        }
        var answer = Read();
        Signal(Stop);
        var seconds = answer.GetProperty("seconds").GetDouble();
        if (Parts is { } parts)
        {
            parts.AddSteps(Repeats, seconds);
            foreach (var part in answer.GetProperty("parts").EnumerateObject()) parts.Add(part.Name, part.Value.GetDouble());
        }
        if (answer.TryGetProperty("figures", out var figures)) Figures = figures.EnumerateObject().ToDictionary(figure => figure.Name, figure => figure.Value.GetDouble());
        return (seconds, answer.GetProperty("units").GetDouble());
    }

    /// <summary>Forgets where its time went so far.</summary>
    public void ForgetParts() => Parts = Side.TellsParts ? new() : null;

    public void Dispose()
    {
        Signal(Continue);
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }
        if (!process.WaitForExit(TimeSpan.FromSeconds(20))) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private const int Continue = 18, Stop = 19;        // SIGCONT and SIGSTOP, on Linux

    private void Signal(int signal)
    {
        if (OperatingSystem.IsLinux() && !process.HasExited) _ = SendSignal(process.Id, signal);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int process, int signal);

    private static string? PythonOf(Side side) => side.NeedsPillowAlone ? Checkout.PythonWithPillow : Checkout.PythonWithTorch;

    private static ProcessStartInfo StartOf(Side side)
    {
        var host = side.Program ?? Environment.ProcessPath!;
        string[] head = side.IsPython ? [Path.Combine(Checkout.Root, "bench", "python", "side.py")]
            : Path.GetFileNameWithoutExtension(host) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "JustAlexNet.Bench.dll"), Program.SideVerb] : [Program.SideVerb];
        var start = new ProcessStartInfo(side.IsPython ? PythonOf(side)! : host, [.. head, side.Kind, .. side.Settings])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in side.TellsParts ? side.Environment.Concat(StepParts.Verbose) : side.Environment) start.Environment[name] = value;
        return start;
    }

    private JsonElement Read()
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith('{')) return JsonDocument.Parse(line).RootElement;
            Parts?.Hear(line);
        }
        process.WaitForExit();
        throw new BenchException($"{Side.Name} ended with {process.ExitCode}:\n{errors.Result.Trim()}");
    }
}
