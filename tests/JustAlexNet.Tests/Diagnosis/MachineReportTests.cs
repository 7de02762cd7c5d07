namespace JustAlexNet.Diagnosis.Tests;

public sealed class MachineReportTests
{
    [Fact]
    public void Findings_say_what_is_there_and_what_is_in_force()
    {
        var texts = Report(Machines.InOrder).Findings.ToDictionary(finding => finding.Name, finding => finding.Text);
        Assert.Equal(
            [
                "system", "processor", "features", "caches_hidden", "cores", "cpu_limit", "load", "memory_bytes", "disk_free_bytes", "cache_folder", "gpus", "device", "precision", "intra_op_threads", "loader_workers", "jpeg_decoder",
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
    public void Folder_of_our_caches_is_said_and_what_it_takes_where_there_is_none()
    {
        Assert.Equal("/home/ada/.cache/justalexnet (downloaded weights, features, outcomes of arithmetic checks)", Text(Machines.InOrder with { Cache = "/home/ada/.cache/justalexnet" }));
        Assert.Equal("none, nothing is kept: there is no home folder (name one with JUSTALEXNET_CACHE)", Text(Machines.InOrder with { Cache = null }));

        static string Text(MachineFacts facts) => Report(facts).Findings.Single(finding => finding.Name == "cache_folder").Text;
    }

    [Fact]
    public void What_was_not_measured_is_null()
    {
        var finding = MachineReport.Of(Machines.InOrder, new Measurements(400.6, "bf16", null), []).Findings.Single(finding => finding.Name == "decode_photos_per_second");
        Assert.Equal((null, "not measured"), (finding.Value, finding.Text));
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

    [Fact]
    public void Arithmetic_is_a_finding_a_network_and_a_fault_where_it_is_wrong()
    {
        var right = new ArithmeticReport("resnet18", [new("conv1", "convolution 7 x 7", "bf16", 8, "output", 3, 0.0036, 0.03), new("fc", "linear, 512 to 1000", "fp32", 1, "output", 3, 2e-7, 1e-3)]);
        var wrong = new ArithmeticReport("densenet201", [.. right.Findings, new("features.transition3.conv", "convolution 1 x 1, 1792 to 896", "fp32", 2, "output", 895, 0.45, 1e-3)]);
        var report = MachineReport.Of(Machines.InOrder, new Measurements(400.6, "bf16", 1620.2), [right, wrong]);
        Assert.Equal(("resnet18", "right: conv1, output in bf16 at batch 8, 3.6e-3 of a limit of 3.0e-2"), Line("arithmetic_resnet18"));
        Assert.Equal(("densenet201", "WRONG: features.transition3.conv, output in fp32 at batch 2, 4.5e-1 of a limit of 1.0e-3"), Line("arithmetic_densenet201"));
        Assert.StartsWith("this machine computes densenet201 wrongly: features.transition3.conv (convolution 1 x 1, 1792 to 896), output in fp32 at batch 2: off by 4.5e-1 of the largest value in channel 895, limit 1.0e-3\n", Assert.Single(report.Faults), StringComparison.Ordinal);

        (string, string) Line(string name) => (report.Findings.Single(finding => finding.Name == name).Label, report.Findings.Single(finding => finding.Name == name).Text);
    }

    private static MachineReport Report(MachineFacts facts) => MachineReport.Of(facts, new Measurements(400.6, facts.Precision, 1620.2), []);
}
