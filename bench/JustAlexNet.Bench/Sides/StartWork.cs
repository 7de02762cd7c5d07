using System.Diagnostics;
using System.Globalization;
using JustAlexNet.Bench.Load;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Bench.Sides;

/// <summary>A program's start, work and end, as the person at the keyboard waits for it: ResNet18 says what one photo shows. The unit is a start.</summary>
/// <remarks>Where the memory is asked for, the programs are published for this system first (ReadyToRun), as a user's folder would be.</remarks>
internal sealed class StartWork : Work
{
    /// <summary>The most that the program had resident (VmHWM), in megabytes, on Linux.</summary>
    public const string PeakFigure = "peak MB";

    private readonly List<double> peaks = [];
    private readonly string folder = Directory.CreateTempSubdirectory("justalexnet-bench-").FullName;
    private readonly string program;
    private readonly string[] arguments;

    public StartWork(SideSettings settings)
    {
        var photo = Path.Combine(Checkout.Root, "samples", "test.png");
        var command = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "JustAlexNet.Cli.exe" : "JustAlexNet.Cli");
        switch (settings.Text("what"))
        {
            case "predict":
                (program, arguments) = (command, ["predict", photo, "--checkpoint", ForeignWeights.Write(Path.Combine(folder, "resnet18.pth"), classes: FixedBatch.Classes), "--model", "resnet18", "--preprocessing", "imagenet", "--image-size", "224"]);
                break;
            case "version":
                (program, arguments) = (command, ["--version"]);
                break;
            case "predict-onnx":
                (program, arguments) = (Published("src", "JustAlexNet.Cli"), ["predict", photo, "--checkpoint", ServedFile.Make("fp32", settings.Text("data"))]);
                break;
            case "bare-onnx":
                (program, arguments) = (Published("bench", "JustAlexNet.BareOnnx"), [ServedFile.Make("fp32", settings.Text("data")), photo]);
                break;
            default:
                program = Checkout.PythonWithTorch ?? throw new CannotRunException("no python3 here can import torch and torchvision");
                arguments = [Path.Combine(Checkout.Root, "bench", "python", "predict.py"), ForeignWeights.Write(Path.Combine(folder, "resnet18.pth"), classes: FixedBatch.Classes), photo];
                break;
        }
        About = $"{Path.GetFileName(program)} {string.Join(' ', arguments.Select(a => Path.GetFileName(a)))}";
    }

    public override string About { get; }

    public override double Round()
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        peaks.Add(WaitForPeak(process));
        return process.ExitCode == 0 && output.Result.Length > 0 ? 1 : throw new InvalidOperationException($"{About} ended with {process.ExitCode}: {error.Result}");
    }

    public override IReadOnlyDictionary<string, double> Figures() => new Dictionary<string, double> { [PeakFigure] = peaks.Order().ElementAt(peaks.Count / 2) };

    public override void Dispose() => Directory.Delete(folder, recursive: true);

    // The kernel keeps the mark until the program ends; the last reading before that is at most two milliseconds old.
    private static double WaitForPeak(Process process)
    {
        var (status, peak) = ($"/proc/{process.Id}/status", 0.0);
        while (!process.WaitForExit(2))
        {
            try
            {
                if (Array.Find(File.ReadAllLines(status), line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) is { } line)
                    peak = double.Parse(line["VmHWM:".Length..^"kB".Length], CultureInfo.InvariantCulture) * 1024 / 1e6;
            }
            catch (IOException)
            {
                break;      // it has ended meanwhile
            }
        }
        process.WaitForExit();
        return peak;
    }

    private static string Published(string kind, string project)
    {
        var target = Path.Combine(Checkout.Root, "out", "bench", "start", project);
        var system = OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", Path.Combine(Checkout.Root, kind, project), "-c", "Release", "-r", system, "--no-self-contained", "-v", "q", "-o", target]) { RedirectStandardOutput = true })!;
        var said = publish.StandardOutput.ReadToEnd();
        publish.WaitForExit();
        return publish.ExitCode == 0 ? Path.Combine(target, OperatingSystem.IsWindows() ? $"{project}.exe" : project) : throw new InvalidOperationException($"dotnet publish {project} failed:\n{said}");
    }
}
