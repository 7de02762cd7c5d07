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
