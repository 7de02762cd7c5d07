using System.Diagnostics;
using System.Runtime.InteropServices;

// One clone, one set of packages, all cores for each build: one test at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(JustAlexNet.Packages.Tests.PackedClone))]

namespace JustAlexNet.Packages.Tests;

/// <summary>The packages as <c>dotnet pack</c> makes them at the root of the clone, in a folder of their own, with a version that no cache has seen. Made once, for all tests.</summary>
public sealed class PackedClone : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly Scratch scratch = new();

    public PackedClone()
    {
        if (!IsExamined) return;
        Version = $"0.0.0-test{Stopwatch.GetTimestamp()}";
        Dotnet(Repository.Root, "pack", "-c", "Release", Artifacts, $"-p:Version={Version}");
        File.WriteAllText(scratch.At("nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{Packages}" />
                <add key="nuget.org" value="https://api.nuget.org/v3/index.json" />
              </packageSources>
            </configuration>
            """);
    }

    /// <summary>The version of the packages.</summary>
    public string Version { get; } = "";

    private static bool IsExamined => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Skips the running test where the packages are not those of Linux on x86-64.</summary>
    public static void SkipElsewhere() => Assert.SkipUnless(IsExamined, "The packages of Linux on x86-64 are examined.");

    /// <summary>Where the packages lie.</summary>
    public string Packages => At("out", "package", "release");

    /// <summary>What makes a build of the clone write here and leave the clone alone.</summary>
    public string Artifacts => $"-p:ArtifactsPath={At("out")}";

    /// <summary>A path outside the clone, its folders made.</summary>
    public string At(params string[] parts) => scratch.At(parts);

    /// <summary>A folder outside the clone.</summary>
    public string Folder(string name) => Directory.CreateDirectory(At(name)).FullName;

    /// <summary>Runs dotnet, which must succeed. What it unpacks stays here; what the user's cache has is taken from there.</summary>
    public string Dotnet(string folder, params string[] arguments) => Run(folder, "dotnet", new()
    {
        ["NUGET_PACKAGES"] = At("unpacked"),
        ["NUGET_FALLBACK_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
    }, arguments);

    /// <summary>Runs a program where there is neither a home with caches nor the clone's command on the path; it must succeed.</summary>
    public string RunAlone(string folder, string program, params string[] arguments) =>
        Run(folder, program, new() { ["HOME"] = Folder("home"), ["XDG_CACHE_HOME"] = At("home", ".cache") }, arguments);

    /// <summary>Trains one epoch on the sample with a command, predicts with the line that it prints at its end, and returns what it says of the picture.</summary>
    public string TrainAndPredict(string folder, string command)
    {
        var sample = Repository.At("samples", "clothing-mini");
        var said = RunAlone(folder, "/bin/sh", "-c", $"{command} train {sample} --model resnet18 --image-size 64 --batch-size 16 --epochs 1");
        var next = said.Split('\n').Single(line => line.StartsWith("next  ", StringComparison.Ordinal))["next  ".Length..];
        return RunAlone(folder, "/bin/sh", "-c", next.Replace("PHOTO", Repository.At("samples", "test.png"), StringComparison.Ordinal));
    }

    public void Dispose() => scratch.Dispose();

    private static string Run(string folder, string program, Dictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);     // of the build or test that this test is part of
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} does not end");
        }
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output.Result}{error.Result}");
        return output.Result;
    }
}
