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
    public long? FreeMemory => Kibibytes("proc/meminfo", "MemAvailable");

    /// <summary>
    /// Bytes that this process can have, those that it has among them: what the system has free or can free, or less where a control group of this process, of version 2 or 1, limits it (its own file pages
    /// can be freed); and what can be swapped. Null where it is not known.
    /// </summary>
    public long? AvailableMemory
    {
        get
        {
            if (FreeMemory is not { } free || Kibibytes("proc/self/status", "VmRSS") is not { } own) return null;
            var room = MemoryGroups.Select(group => Room(group)).OfType<long>().Prepend(free).Min();
            return Math.Max(0, room) + own + (Kibibytes("proc/meminfo", "SwapFree") ?? 0);
        }
    }

    // The folders of this process's groups, from its own to the root; in a container its own may be named as seen from outside, and only the root is there.
    private IEnumerable<(string Folder, string Limit, string Usage, string Pages)> MemoryGroups
    {
        get
        {
            foreach (var line in (Text("proc/self/cgroup") ?? "").Split('\n'))
            {
                if (line.Split(':', 3) is not [_, var controllers, var path]) continue;
                var isUnified = controllers.Length == 0;
                if (!isUnified && !controllers.Split(',').Contains("memory")) continue;
                for (var at = path.Trim('/'); ; at = Path.GetDirectoryName(at) ?? "")
                {
                    yield return isUnified ? ($"sys/fs/cgroup/{at}", "memory.max", "memory.current", "inactive_file") : ($"sys/fs/cgroup/memory/{at}", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
                    if (at.Length == 0) break;
                }
            }
        }
    }

    private long? Room((string Folder, string Limit, string Usage, string Pages) group)
    {
        if (Bytes(Text($"{group.Folder}/{group.Limit}")) is not { } limit || Bytes(Text($"{group.Folder}/{group.Usage}")) is not { } usage) return null;
        var pages = Text($"{group.Folder}/memory.stat")?.Split('\n').Select(line => line.Split(' ')).FirstOrDefault(pair => pair.Length == 2 && pair[0] == group.Pages)?[1];
        return limit - usage + (Bytes(pages) ?? 0);
    }

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

    private long? Kibibytes(string path, string name) => Bytes(Field(Text(path), name)?.Split(' ')[0]) << 10;

    // "max", or a number near 2^63, is no limit.
    private static long? Bytes(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes < long.MaxValue / 2 ? bytes : null;

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
