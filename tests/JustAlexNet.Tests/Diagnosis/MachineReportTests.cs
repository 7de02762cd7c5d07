namespace JustAlexNet.Diagnosis.Tests;

public sealed class MachineReportTests
{
    [Fact]
    public void Findings_say_what_is_there_and_what_is_in_force()
    {
        var texts = Report(Machines.InOrder).Findings.ToDictionary(finding => finding.Name, finding => finding.Text);
        Assert.Equal(
            [
                "system", "processor", "features", "caches_hidden", "cores", "cpu_limit", "load", "memory_bytes", "disk_free_bytes", "gpus", "device", "precision", "intra_op_threads", "loader_workers", "jpeg_decoder",
                "allocator", "openmp", "environment", "versions", "gemm_gflops", "decode_photos_per_second",
            ],
            texts.Keys);
        Assert.Equal("avx2 fma avx512f avx512_bf16", texts["features"]);
        Assert.Equal("visible", texts["caches_hidden"]);
        Assert.Equal("bf16 (the processor multiplies it)", texts["precision"]);
        Assert.Equal("16.0 GiB, 12.0 GiB free", texts["memory_bytes"]);
        Assert.Equal("none", texts["gpus"]);
        Assert.Equal("401 GFLOP/s (1024 x 1024, bf16, 8 threads)", texts["gemm_gflops"]);
        Assert.Equal("1620 photos/s a core (JPEG, 400 x 533)", texts["decode_photos_per_second"]);
    }

    [Fact]
    public void Hidden_caches_are_said_with_what_follows()
    {
        var finding = Report(Machines.InOrder with { HidesCaches = true }).Findings.Single(finding => finding.Label == "caches");
        Assert.Equal((true, "hidden by the hypervisor: 1 x 1 convolutions are computed as matrix products"), (finding.Value, finding.Text));
    }

    [Fact]
    public void What_is_not_known_is_null_for_programs_and_said_to_people()
    {
        var findings = Report(Machines.InOrder with { Load = null, FreeDisk = null, FreeMemory = null }).Findings.ToDictionary(finding => finding.Name);
        Assert.Equal((null, "not known"), (findings["load"].Value, findings["load"].Text));
        Assert.Equal((null, "not known"), (findings["disk_free_bytes"].Value, findings["disk_free_bytes"].Text));
        Assert.Equal("16.0 GiB", findings["memory_bytes"].Text);
    }

    [Fact]
    public void Hardware_threads_limits_and_GPUs_are_shown_where_they_are()
    {
        var facts = Machines.InOrder with { ThreadsPerCore = 2, CpuLimit = 7.5, NvidiaGpus = ["NVIDIA L4", "NVIDIA L4"], UsableGpus = 2 };
        var texts = Report(facts).Findings.ToDictionary(finding => finding.Name, finding => finding.Text);
        Assert.Equal("8 hardware threads, 2 a core", texts["cores"]);
        Assert.Equal("7.5 cores", texts["cpu_limit"]);
        Assert.Equal("NVIDIA L4, NVIDIA L4 (2 usable)", texts["gpus"]);
    }

    private static MachineReport Report(MachineFacts facts) => MachineReport.Of(facts, new Measurements(400.6, facts.Precision, 1620.2));
}
