using JustAlexNet.Runtime;

namespace JustAlexNet.Diagnosis.Tests;

public sealed class AdviceTests
{
    [Fact]
    public void A_machine_with_everything_in_order_gets_no_advice() => Assert.Empty(Advice.For(Machines.InOrder));

    [Fact]
    public void A_slower_decoder_is_told_how_to_get_the_faster() =>
        Says("install libturbojpeg0", Machines.InOrder with { DecoderAdvice = "install libturbojpeg0" });

    [Fact]
    public void What_the_loaded_libtorch_lacks_is_passed_on() =>
        Says("This libtorch has no torch_call_dispatcher: small steps. Use the libtorch that the project pins.", Machines.InOrder with { Missing = ["this libtorch has no torch_call_dispatcher: small steps"] });

    [Fact]
    public void An_allocator_that_was_left_alone_is_named_with_its_switch() =>
        Says("JUSTALEXNET_ALLOCATOR=system gives memory back after every step and takes it anew: unset it, training is then 1.3 to 2 times faster.",
            Machines.InOrder with { Allocator = new AllocatorSettings(false, "left alone"), Environment = Set("JUSTALEXNET_ALLOCATOR", "system") });

    [Fact]
    public void A_system_without_glibc_is_told_what_it_costs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere there is no glibc to be had.");
        Says("The allocator is the system's own (not glibc): on a system with glibc (Debian, Ubuntu, Fedora) training is 1.3 to 2 times faster.",
            Machines.InOrder with { Allocator = new AllocatorSettings(false, "the system's own (not glibc)") });
    }

    [Fact]
    public void A_program_that_did_not_ask_for_settings_is_told_of_them() =>
        Says("This program leaves its process as it is: make TorchRuntime.TuneProcess() the first statement of its Main, training is then 1.3 to 2 times faster (docs/performance.md).",
            Machines.InOrder with { Allocator = AllocatorSettings.NotAsked });

    [Fact]
    public void An_allocator_that_took_glibcs_place_is_named() =>
        Says("Memory is served by libjemalloc.so.2, which is left in charge: the settings for glibc's allocator are not in force. Without it (is LD_PRELOAD set?) they are; try which is faster.",
            Machines.InOrder with { Allocator = new AllocatorSettings(false, "left to libjemalloc.so.2") { Foreign = "libjemalloc.so.2" } });

    [Fact]
    public void A_GPU_that_this_build_cannot_use_leads_to_the_CUDA_build()
    {
        var facts = Machines.InOrder with { NvidiaGpus = ["NVIDIA H100"] };
        Says("An NVIDIA H100 is here and this build does not use it: build with -p:TorchBackend=cuda (docs/cuda.md).", facts);
        Assert.Empty(Advice.For(facts with { UsableGpus = 1 }));
    }

    [Fact]
    public void More_threads_than_the_container_may_use_are_reported()
    {
        var facts = Machines.InOrder with { CpuLimit = 2.5, Cores = 8, Threads = 8 };
        Says("This container may use 2.5 cores, and the network's 8 threads wait for each other: set OMP_NUM_THREADS=2, or raise the limit.", facts);
        Assert.Empty(Advice.For(facts with { Threads = 3 }));
    }

    [Fact]
    public void Cores_that_a_variable_leaves_unused_are_counted() =>
        Says("OMP_NUM_THREADS=1 leaves 7 of 8 cores unused: unset it.", Machines.InOrder with { Threads = 1, Environment = Set("OMP_NUM_THREADS", "1") });

    [Fact]
    public void Two_threads_on_a_core_lead_to_one()
    {
        var facts = Machines.InOrder with { Cores = 16, Threads = 16, ThreadsPerCore = 2 };
        Says("16 threads share 8 cores, and two on one core seldom beat one: try OMP_NUM_THREADS=8.", facts);
        Assert.Empty(Advice.For(facts with { Threads = 8, Environment = Set("OMP_NUM_THREADS", "8") }));
    }

    [Theory]
    [InlineData("OMP_WAIT_POLICY", "active")]
    [InlineData("GOMP_SPINCOUNT", "1000000")]
    public void Threads_that_spin_are_reported(string name, string value) =>
        Says($"{name}={value} may keep waiting threads busy on cores that the loader needs: unset it.", Machines.InOrder with { Environment = Set(name, value) });

    [Fact]
    public void Threads_that_are_told_to_sleep_are_not_reported() => Assert.Empty(Advice.For(Machines.InOrder with { Environment = Set("OMP_WAIT_POLICY", "PASSIVE") }));

    [Fact]
    public void Other_programs_are_noticed()
    {
        Says("Other programs keep this machine busy (load 4.0 on 8 cores): end them, or measure again when they are done.", Machines.InOrder with { Load = 4 });
        Assert.Empty(Advice.For(Machines.InOrder with { Load = 3.9 }));
    }

    [Fact]
    public void Little_memory_is_reported_before_it_swaps() =>
        Says("1.5 GiB of memory are free; a machine that swaps crawls. ResNet18 at 224 px takes about 1.1 GiB: end other programs, or pass a smaller `batch_size`.",
            Machines.InOrder with { FreeMemory = 3L << 29 });

    private static void Says(string sentence, MachineFacts facts) => Assert.Equal([sentence], Advice.For(facts));

    private static Dictionary<string, string> Set(string name, string value) => new() { [name] = value };
}
