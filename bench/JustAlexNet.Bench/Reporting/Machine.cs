using System.Globalization;
using System.Runtime.InteropServices;
using JustAlexNet.Diagnosis;
using JustAlexNet.Runtime;

namespace JustAlexNet.Bench.Reporting;

/// <summary>What the numbers were measured on.</summary>
internal sealed record Machine(string Processor, int Cores, string Features, bool HasBfloat16, double MemoryGiB, string System, string DotNet, string Measured, string Commit)
{
    /// <summary>Memory that the sides may take together, now: nine tenths of what is free, and not more than seven tenths of all.</summary>
    public double RoomGiB => Math.Min(0.7 * MemoryGiB, 0.9 * (new SystemFiles().FreeMemory / (double)(1 << 30) ?? MemoryGiB));

    public static Machine Here() => new(
        ProcessorName(), Environment.ProcessorCount, ProcessorFeatures.Summary, ProcessorFeatures.HasBfloat16, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30),
        RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription, DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture), Head());

    private static string ProcessorName()
    {
        const string Cpus = "/proc/cpuinfo";
        if (!File.Exists(Cpus)) return RuntimeInformation.ProcessArchitecture.ToString();
        var lines = File.ReadLines(Cpus).Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2).Take(40).ToList();
        string Value(string key) => lines.FirstOrDefault(pair => pair[0].Trim() == key)?[1].Trim() ?? "?";
        return $"{Value("model name")} (family {Value("cpu family")}, model {Value("model")}, {RuntimeInformation.ProcessArchitecture})";
    }

    private static string Head()
    {
        try
        {
            using var git = global::System.Diagnostics.Process.Start(new global::System.Diagnostics.ProcessStartInfo("git", ["-C", Checkout.Root, "describe", "--always", "--dirty"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? said : "not a git checkout";
        }
        catch (global::System.ComponentModel.Win32Exception)
        {
            return "unknown (git is not here)";
        }
    }
}
