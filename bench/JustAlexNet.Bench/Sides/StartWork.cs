using System.Diagnostics;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Bench.Sides;

/// <summary>A program's start, work and end, as the person at the keyboard waits for it: ResNet18 says what one photo shows. The unit is a start.</summary>
internal sealed class StartWork : Work
{
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
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? 1 : throw new InvalidOperationException($"{About} ended with {process.ExitCode}: {error.Result}");
    }

    public override void Dispose() => Directory.Delete(folder, recursive: true);
}
