using System.Text.Json;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Runtime.Tests;

/// <summary>The command on a machine that hides its processor's caches, as tools/HiddenCaches makes one.</summary>
public sealed class HiddenCachesTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("resnet18"), InlineData("densenet121")]
    public void Networks_are_computed_rightly(string network)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists("/sys/devices/system/cpu/cpu0/cache/index0"), "Needs Linux, and caches to hide.");
        var (log, configuration) = (scratch.At("log"), Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)));
        var environment = new Dictionary<string, string?> { ["DOTNET_STARTUP_HOOKS"] = Repository.At("out", "bin", "HiddenCaches", configuration, "HiddenCaches.dll"), ["HIDDEN_CACHES_LOG"] = log };
        var answer = Child.Run(environment, "models", "test", network, "--image-size", "64", "--classes", "10", "--batch-size", "3", "--json");
        Assert.Equal((0, ""), (answer.Code, answer.Err));
        Assert.Equal(["HidesCaches is true", "oneDNN sees no caches"], File.ReadAllLines(log).Order(StringComparer.Ordinal));
        using var json = JsonDocument.Parse(answer.Out);
        Assert.True(json.RootElement.GetProperty("arithmetic").GetProperty("right").GetBoolean(), answer.Out);
    }
}
