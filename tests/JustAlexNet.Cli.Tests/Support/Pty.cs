using System.Diagnostics;

namespace JustAlexNet.Cli.Tests;

/// <summary>The command with a terminal in front of it, as util-linux's <c>script</c> makes one.</summary>
internal static class Pty
{
    /// <summary>Everything that came to the terminal, escape sequences included. Skips the running test where there is no such program.</summary>
    public static string Run(int width, string? noColour, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "A terminal is made with Linux's script.");
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var line = string.Join(' ', new[] { host, Path.Combine(AppContext.BaseDirectory, "JustAlexNet.Cli.dll") }.Concat(arguments).Select(word => $"'{word}'"));
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", $"stty cols {width} rows 40; {line}", "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["OMP_NUM_THREADS"], start.Environment["TERM"]) = ("1", "xterm-256color");
        start.Environment.Remove("NO_COLOR");
        if (noColour is not null) start.Environment["NO_COLOR"] = noColour;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.GetAwaiter().GetResult();
    }
}
