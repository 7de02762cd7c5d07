using System.Diagnostics;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Bench.Load;

/// <summary>A network for 224 px as <c>justalexnet export</c> writes it, made once, in <c>out/bench</c>: ResNet18 of the trained weights of this house's own machines where they stand beside the checkout, else of random ones.</summary>
internal static class ServedFile
{
    private const int Classes = 10;

    /// <summary>Makes it where it is not there yet.</summary>
    /// <param name="precision">fp32 or int8.</param>
    /// <param name="photos">Folder of photos to calibrate on.</param>
    /// <param name="model">The network.</param>
    /// <returns>Its path.</returns>
    public static string Make(string precision, string photos, string model = "resnet18")
    {
        var trained = Path.GetFullPath(Path.Combine(Checkout.Root, "..", "shared", "weights", "imagenette-resnet18.pth"));
        var isTrained = model == "resnet18" && File.Exists(trained);
        var folder = Directory.CreateDirectory(Path.Combine(Checkout.Root, "out", "bench", "serve")).FullName;
        var target = Path.Combine(folder, $"{model}-{(isTrained ? "imagenette" : "random")}-{precision}.onnx");
        if (File.Exists(target)) return target;
        var (weights, names, part) = (isTrained ? trained : Path.Combine(folder, $"{model}.pth"), Path.Combine(folder, "names.txt"), Path.Combine(folder, $"{Environment.ProcessId}.onnx"));
        if (!isTrained) ForeignWeights.Write(weights, model, Classes);
        File.WriteAllLines(names, Enumerable.Range(0, Classes).Select(i => $"class {i}"));
        string[] arguments = ["export", weights, "--output", part, "--model", model, "--preprocessing", "imagenet", "--image-size", "224", "--class-map", names, "--precision", precision, .. precision == "int8" ? new[] { "--calibrate", photos } : []];
        using var export = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "JustAlexNet.Cli.exe" : "JustAlexNet.Cli"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = export.StandardError.ReadToEndAsync();
        export.StandardOutput.ReadToEnd();
        export.WaitForExit();
        if (export.ExitCode != 0) throw new InvalidOperationException($"justalexnet {string.Join(' ', arguments)} ended with {export.ExitCode}: {error.Result}");
        File.Move(part, target, overwrite: true);
        return target;
    }

    /// <summary>Photos to send, as files: JPEG only, evenly picked.</summary>
    public static IReadOnlyList<byte[]> Photos(string folder, int count) => [.. Sides.BenchPhotos.Of(folder, count).Samples.Select(sample => File.ReadAllBytes(sample.Path))];
}
