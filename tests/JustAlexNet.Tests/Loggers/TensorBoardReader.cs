using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace JustAlexNet.Loggers.Tests;

/// <summary>TensorBoard's own reader as a witness, run as a separate process: by any Python on the path that has it.</summary>
internal static class TensorBoardReader
{
    /// <summary>Runs a script beside the calling test; skips the test where no Python has TensorBoard.</summary>
    public static string RunOrSkip(string script, string folder, [CallerFilePath] string caller = "")
    {
        var found = new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Run(python, "-c", "import tensorboard.backend.event_processing.event_accumulator").Exit == 0);
        if (found is null) Assert.Skip("No Python here has TensorBoard: pip install tensorboard");
        var (exit, output, error) = Run(found, Path.Combine(Path.GetDirectoryName(caller)!, script), folder);
        Assert.True(exit == 0, $"{script} ended with {exit}:\n{error}");
        return output;
    }

    private static (int Exit, string Output, string Error) Run(string python, params string[] arguments)
    {
        var start = new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            return (-1, "", absent.Message);
        }
    }
}
