using System.Diagnostics;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Runtime.Tests;

public sealed class StartUpTests
{
    // libgomp reads its environment once, when it is loaded: anything that touches libtorch before TorchRuntime.Prepare makes its threads spin,
    // and a two-core machine train five times slower.
    [Theory]
    [InlineData("models", "test", "alexnet", "--image-size", "63", "--classes", "2", "--batch-size", "1")]
    [InlineData("predict", "samples/test.png", "--checkpoint", "no-such.pth")]
    public async Task Waiting_threads_are_told_to_sleep_before_libtorch_is_loaded(params string[] arguments)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("libgomp is Linux's.");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "JustAlexNet.Cli"), arguments)
        {
            WorkingDirectory = Repository.Root, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        start.Environment["OMP_DISPLAY_ENV"] = "TRUE";
        start.Environment.Remove("OMP_WAIT_POLICY");
        start.Environment.Remove("GOMP_SPINCOUNT");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var settings = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.NotEmpty(await output + settings);
        if (settings.Contains("OPENMP DISPLAY ENVIRONMENT")) Assert.Contains("OMP_WAIT_POLICY = 'PASSIVE'", settings);
        else Assert.NotEqual("models", arguments[0]);        // this one does load libtorch
    }
}
