using JustAlexNet.TestSupport;

namespace JustAlexNet.Diagnosis.Tests;

public sealed class SystemFilesTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly SystemFiles files;

    public SystemFilesTests() => files = new SystemFiles(scratch.Folder);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_system_that_tells_nothing_is_not_known()
    {
        Assert.Null(files.ProcessorName);
        Assert.Equal(1, files.ThreadsPerCore);
        Assert.Null(files.CpuLimit);
        Assert.Null(files.Load);
        Assert.Null(files.FreeMemory);
        Assert.Empty(files.NvidiaGpus);
    }

    [Fact]
    public void Processor_load_and_memory_are_read()
    {
        Write("processor\t: 0\nmodel name\t: AMD EPYC 9B14\nflags\t\t: fpu avx2\n", "proc", "cpuinfo");
        Write("0.52 0.58 0.59 1/467 12345\n", "proc", "loadavg");
        Write("MemTotal:       24681244 kB\nMemAvailable:   20490404 kB\n", "proc", "meminfo");
        Assert.Equal("AMD EPYC 9B14", files.ProcessorName);
        Assert.Equal(0.52, files.Load);
        Assert.Equal(20490404L * 1024, files.FreeMemory);
    }

    [Fact]
    public void Memory_is_what_is_free_and_what_the_process_has_and_what_can_be_swapped()
    {
        Assert.Null(files.AvailableMemory);
        Memory(free: 8000, own: 200);
        Assert.Equal(8200 << 10, files.AvailableMemory);
        Write("MemAvailable: 8000 kB\nSwapFree: 1000 kB\n", "proc", "meminfo");
        Assert.Equal(9200 << 10, files.AvailableMemory);
    }

    [Theory]
    [InlineData("0::/\n", "", "max", 8200)]
    [InlineData("0::/\n", "", "2048000", 1500)]          // in a container: the group's folder is the root
    [InlineData("0::/user/run\n", "user/run", "2048000", 1500)]
    [InlineData("0::/user/run\n", "user", "2048000", 1500)]       // a limit of a group above
    [InlineData("0::/user/run\n", "other", "2048000", 8200)]
    public void Limit_of_a_control_group_of_version_2(string own, string folder, string limit, int kibibytes)
    {
        Memory(free: 8000, own: 200);
        Write(own, "proc", "self", "cgroup");
        string[] at = ["sys", "fs", "cgroup", .. folder.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        Write($"{limit}\n", [.. at, "memory.max"]);
        Write("819200\n", [.. at, "memory.current"]);
        Write("anon 500\ninactive_file 102400\nactive_file 7\n", [.. at, "memory.stat"]);       // 2000 - 800 + 100 + 200 KiB
        Assert.Equal(kibibytes << 10, files.AvailableMemory);
    }

    [Theory]
    [InlineData("4:memory:/docker/1\n0::/\n", "", "2048000", 1500)]      // named as seen from outside
    [InlineData("4:memory:/docker/1\n0::/\n", "docker/1", "2048000", 1500)]
    [InlineData("4:cpu,memory:/a\n", "a", "2048000", 1500)]
    [InlineData("4:memory:/a\n", "a", "9223372036854771712", 8200)]
    [InlineData("4:pids:/a\n", "a", "2048000", 8200)]
    [InlineData("4:memory:/a\n", "a", "512000", 0)]       // above its limit already, as it may be for a moment
    public void Limit_of_a_control_group_of_version_1(string own, string folder, string limit, int kibibytes)
    {
        Memory(free: 8000, own: kibibytes == 0 ? 0 : 200);
        Write(own, "proc", "self", "cgroup");
        string[] at = ["sys", "fs", "cgroup", "memory", .. folder.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        Write($"{limit}\n", [.. at, "memory.limit_in_bytes"]);
        Write("819200\n", [.. at, "memory.usage_in_bytes"]);
        Write("inactive_file 1\ntotal_inactive_file 102400\n", [.. at, "memory.stat"]);
        Assert.Equal(kibibytes << 10, files.AvailableMemory);
    }

    private void Memory(int free, int own)
    {
        Write($"MemAvailable: {free} kB\n", "proc", "meminfo");
        Write($"Name:\tx\nVmRSS:\t  {own} kB\n", "proc", "self", "status");
    }

    [Theory]
    [InlineData("0\n", 1)]
    [InlineData("0,4\n", 2)]
    [InlineData("0-1\n", 2)]
    [InlineData("0-1,8-9\n", 4)]
    public void Threads_that_share_a_core_are_counted(string siblings, int expected)
    {
        Write(siblings, "sys", "devices", "system", "cpu", "cpu0", "topology", "thread_siblings_list");
        Assert.Equal(expected, files.ThreadsPerCore);
    }

    [Theory]
    [InlineData("250000 100000\n", 2.5)]
    [InlineData("max 100000\n", null)]
    public void Limit_of_a_container_is_quota_over_period(string line, double? expected)
    {
        Write(line, "sys", "fs", "cgroup", "cpu.max");
        Assert.Equal(expected, files.CpuLimit);
    }

    [Theory]
    [InlineData("150000\n", 1.5)]
    [InlineData("-1\n", null)]
    public void Limit_of_an_older_control_group_is_found_too(string quota, double? expected)
    {
        Write(quota, "sys", "fs", "cgroup", "cpu", "cpu.cfs_quota_us");
        Write("100000\n", "sys", "fs", "cgroup", "cpu", "cpu.cfs_period_us");
        Assert.Equal(expected, files.CpuLimit);
    }

    [Fact]
    public void GPUs_of_the_driver_are_named()
    {
        Write("Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 120\n", "proc", "driver", "nvidia", "gpus", "0000:01:00.0", "information");
        Assert.Equal(["NVIDIA H100 80GB HBM3"], files.NvidiaGpus);
    }

    private void Write(string text, params string[] path) => File.WriteAllText(scratch.At(path), text);
}
