using System.Diagnostics;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Documentation.Tests;

/// <summary>The folder in which a page's commands run, with what its reader has: the samples, some photos, weights from elsewhere, the built command.</summary>
internal sealed class PageScratch : IDisposable
{
    private const int PhotosOfAClass = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Scratch scratch = new();

    public PageScratch(Page page)
    {
        Directory.CreateSymbolicLink(scratch.At("samples"), Repository.At("samples"));
        Directory.CreateSymbolicLink(scratch.At("recipes"), Repository.At("recipes"));
        Directory.CreateSymbolicLink(scratch.At("out", "bin", "JustAlexNet.Cli", "release"), BuiltCommand);
        foreach (var folder in Directory.EnumerateDirectories(Repository.At("samples", "clothing-mini", "train")))
            foreach (var photo in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Take(PhotosOfAClass))
                File.Copy(photo, scratch.At("photos", Path.GetFileName(folder), Path.GetFileName(photo)));
        File.Copy(Directory.EnumerateFiles(Repository.At("samples", "clothing-mini", "val", "dress")).Order(StringComparer.Ordinal).First(), scratch.At("photo.jpg"));
        if (page.Text.Contains("features.onnx", StringComparison.Ordinal)) File.Copy(Repository.At("tests", "Shared", "channel-means.onnx"), scratch.At("features.onnx"));
        if (page.Text.Contains("resnet18.pth", StringComparison.Ordinal)) WriteForeignWeights();
    }

    public string Folder => scratch.Folder;

    /// <summary>The command's file.</summary>
    public static string Command => Path.Combine(BuiltCommand, OperatingSystem.IsWindows() ? "justalexnet.exe" : "justalexnet");

    /// <summary>Where the build put the command, in the configuration of this test.</summary>
    private static string BuiltCommand
    {
        get
        {
            var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            return Repository.At("out", "bin", "JustAlexNet.Cli", configuration);
        }
    }

    /// <summary>Runs a program here, the command on its path.</summary>
    /// <returns>Exit code, and standard output and standard error together.</returns>
    public (int Exit, string Said) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["PATH"] = $"{BuiltCommand}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(Folder, ".cache");       // a reader's own stays as it is
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end within {Patience}");
        }
        return (process.ExitCode, output.Result + error.Result);
    }

    public void Dispose() => scratch.Dispose();

    // A state dictionary as torchvision's users save it, and names for it.
    private void WriteForeignWeights()
    {
        ForeignWeights.Write(scratch.At("resnet18.pth"), classes: 1000);
        File.WriteAllLines(scratch.At("imagenet_classes.txt"), Enumerable.Range(0, 1000).Select(i => $"class {i}"));
    }
}

/// <summary>Tests of the pages: one at a time, since they train and since the examples work in the current folder.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Pages
{
    public const string Name = "Pages";
}
