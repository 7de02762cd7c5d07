using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace JustAlexNet.TestSupport;

/// <summary>A real PyTorch as a witness for file formats and numbers: Debian's package, run as a separate process. Nothing else of the house knows Python.</summary>
internal static class DebianPyTorch
{
    private const string Python = "/usr/bin/python3";
    private const string Install = "apt-get install python3-torch python3-torchvision";

    private static readonly Lazy<string?> Missing = new(FindMissing);

    /// <summary>
    /// Runs a script that stands beside the calling test and returns what it printed. Skips the test, with the line that installs it, where there is
    /// no PyTorch; fails it, with what the script said, where the script fails.
    /// </summary>
    /// <param name="script">The script's file name, for example <c>read_checkpoint.py</c>.</param>
    public static string RunOrSkip(string script, IEnumerable<string> arguments, [CallerFilePath] string caller = "")
    {
        if (Missing.Value is { } reason) Assert.Skip($"No real PyTorch here ({reason}): {Install}");
        var (exit, output, error) = Run([Path.Combine(Path.GetDirectoryName(caller)!, script), .. arguments]);
        Assert.True(exit == 0, $"{script} ended with {exit}:\n{error}");
        return output;
    }

    private static string? FindMissing()
    {
        if (!File.Exists(Python)) return $"{Python} is absent";
        var (exit, _, error) = Run(["-c", "import torch, torchvision"]);
        return exit == 0 ? null : error.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? $"it ended with {exit}";
    }

    private static (int Exit, string Output, string Error) Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
