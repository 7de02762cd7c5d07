using System.Globalization;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Runtime.Tests;

/// <summary>Who serves the memory of the command, by its environment.</summary>
public sealed class AllocatorTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private static readonly string[] Places = ["/usr/lib/x86_64-linux-gnu/libjemalloc.so.2", "/usr/lib64/libjemalloc.so.2", "/usr/lib/libjemalloc.so.2"];

    private readonly Scratch scratch = new();

    [Fact]
    public void A_preloaded_allocator_is_left_in_charge_and_the_answers_are_the_same()
    {
        var preloaded = Jemalloc();
        var photo = Path.Combine(model.Folder, "owls", "02.bmp");
        var answer = Child.Run(preloaded, "predict", photo, "--checkpoint", model.Best, "--topk", "3");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.Equal(Child.Run("predict", photo, "--checkpoint", model.Best, "--topk", "3").Out, answer.Out);
    }

    [Fact]
    public void An_epoch_is_trained_under_a_preloaded_allocator()
    {
        var preloaded = Jemalloc();
        string[] Line(string name) => [.. Here.TrainLine(model.Folder, scratch.At(name)), "--epochs", "1", "--precision", "fp32"];
        var answer = Child.Run(preloaded, Line("preloaded"));
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.Equal(0, Child.Run(Line("plain")).Code);
        Assert.Equal(Loss("plain"), Loss("preloaded"), tolerance: 1e-4);
    }

    [Fact]
    public void Doctor_names_a_preloaded_allocator()
    {
        var (allocator, advice) = Doctor(Jemalloc());
        Assert.Equal("left to libjemalloc.so.2, which serves malloc here instead of glibc", allocator);
        Assert.Contains(advice, sentence => sentence.StartsWith("Memory is served by libjemalloc.so.2, which is left in charge: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("MALLOC_TOP_PAD_", "4096", "glibc keeps its memory, MALLOC_TOP_PAD_ as the environment says")]
    [InlineData("GLIBC_TUNABLES", "glibc.malloc.check=0:glibc.malloc.trim_threshold=1048576", "glibc keeps its memory, glibc.malloc.trim_threshold as the environment says")]
    [InlineData("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1", "glibc keeps its memory")]
    public void What_the_environment_tells_glibc_stays(string name, string value, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "glibc is Linux's.");
        Assert.Equal(expected, Doctor(new() { [name] = value }).Allocator);
    }

    [Fact]
    public void Settings_that_the_environment_makes_all_are_left_to_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "glibc is Linux's.");
        var (allocator, advice) = Doctor(new() { ["MALLOC_MMAP_MAX_"] = "0", ["MALLOC_TRIM_THRESHOLD_"] = "1073741824", ["GLIBC_TUNABLES"] = "glibc.malloc.top_pad=65536" });
        Assert.Equal("left to the environment (MALLOC_MMAP_MAX_, MALLOC_TRIM_THRESHOLD_, glibc.malloc.top_pad)", allocator);
        Assert.DoesNotContain(advice, sentence => sentence.Contains("allocator", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Doctor_reports_settings_that_every_other_command_refuses()
    {
        const string Allocator = "JUSTALEXNET_ALLOCATOR is 'magic', expected system (leave the allocator alone) or nothing", Jpeg = "JUSTALEXNET_JPEG is 'magic', expected turbo (libjpeg-turbo), skia (SkiaSharp), or nothing for the faster one that is here";
        var environment = new Dictionary<string, string?> { ["JUSTALEXNET_ALLOCATOR"] = "magic", ["JUSTALEXNET_JPEG"] = "magic" };
        var (_, advice) = Doctor(environment);
        Assert.Contains($"{Allocator}: every other command refuses that.", advice);
        Assert.Contains($"{Jpeg}: every other command refuses that.", advice);
        var refused = Child.Run(environment, "models", "test", "alexnet");
        Assert.Equal((ExitCode.Failed, $"error: {Allocator}.\n"), (refused.Code, refused.Err));
    }

    public void Dispose() => scratch.Dispose();

    private double Loss(string run)
    {
        var rows = File.ReadAllLines(scratch.At(run, "history.csv")).Select(row => row.Split(',')).ToList();
        return double.Parse(rows[1][Array.IndexOf(rows[0], "val_loss")], CultureInfo.InvariantCulture);
    }

    private static (string Allocator, List<string> Advice) Doctor(Dictionary<string, string?> environment)
    {
        var answer = Child.Run(environment, "doctor", "--json");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        using var json = JsonDocument.Parse(answer.Out);
        return (json.RootElement.GetProperty("allocator").GetString()!, [.. json.RootElement.GetProperty("advice").EnumerateArray().Select(sentence => sentence.GetString()!)]);
    }

    private static Dictionary<string, string?> Jemalloc()
    {
        var library = Places.FirstOrDefault(File.Exists);
        Assert.SkipUnless(library is not null, "libjemalloc.so.2 is not here: apt-get install libjemalloc2");
        return new() { ["LD_PRELOAD"] = library };
    }
}
