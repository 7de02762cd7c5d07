using System.Globalization;

namespace JustAlexNet.Diagnosis;

/// <summary>What Linux tells about the machine in <c>/proc</c> and <c>/sys</c>. Elsewhere, and where a file is absent, nothing.</summary>
/// <param name="root">The root of the file system; a folder in tests.</param>
internal sealed class SystemFiles(string root = "/")
{
    /// <summary>The processor's name, or null.</summary>
    public string? ProcessorName => Field(Text("proc/cpuinfo"), "model name");

    /// <summary>Hardware threads that share the first core.</summary>
    public int ThreadsPerCore
    {
        get
        {
            // "0", "0,4" or "0-1"
            var siblings = Text("sys/devices/system/cpu/cpu0/topology/thread_siblings_list")?.Trim();
            if (string.IsNullOrEmpty(siblings)) return 1;
            return siblings.Split(',').Sum(range => range.Split('-') is [var first, var last] ? Whole(last) - Whole(first) + 1 : 1);
        }
    }

    /// <summary>The limit of the control group in cores: quota over period, version 2 and then version 1; null without one.</summary>
    public double? CpuLimit
    {
        get
        {
            if (Text("sys/fs/cgroup/cpu.max")?.Split(' ', StringSplitOptions.TrimEntries) is [var quota, var period]) return Share(quota, period);
            return Share(Text("sys/fs/cgroup/cpu/cpu.cfs_quota_us"), Text("sys/fs/cgroup/cpu/cpu.cfs_period_us"));
        }
    }

    /// <summary>Mean number of processes that ran or waited over the last minute.</summary>
    public double? Load => Text("proc/loadavg")?.Split(' ')[0] is { } first && double.TryParse(first, NumberStyles.Float, CultureInfo.InvariantCulture, out var load) ? load : null;

    /// <summary>Bytes that can be had without swapping.</summary>
    public long? FreeMemory => Field(Text("proc/meminfo"), "MemAvailable")?.Split(' ')[0] is { } kibibytes ? long.Parse(kibibytes, CultureInfo.InvariantCulture) << 10 : null;

    /// <summary>The GPUs of NVIDIA's driver by name.</summary>
    public IReadOnlyList<string> NvidiaGpus
    {
        get
        {
            var folder = Path.Combine(root, "proc", "driver", "nvidia", "gpus");
            if (!Directory.Exists(folder)) return [];
            return [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Select(gpu => Field(Text(Path.Combine(gpu, "information")), "Model") ?? "NVIDIA GPU")];
        }
    }

    private static double? Share(string? quota, string? period) =>
        double.TryParse(quota, NumberStyles.None, CultureInfo.InvariantCulture, out var time) && double.TryParse(period, NumberStyles.None, CultureInfo.InvariantCulture, out var of) && of > 0 ? time / of : null;

    private static string? Field(string? text, string name) =>
        text?.Split('\n').Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).FirstOrDefault(pair => pair.Length == 2 && pair[0] == name)?[1];

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private string? Text(string path)
    {
        var full = Path.Combine(root, path);
        return File.Exists(full) ? File.ReadAllText(full).TrimEnd('\n') : null;
    }
}
