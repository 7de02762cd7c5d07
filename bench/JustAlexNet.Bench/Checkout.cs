using System.Diagnostics;

namespace JustAlexNet.Bench;

/// <summary>Where things stand: the checkout that this was built in, and a Python with PyTorch if the machine has one.</summary>
internal static class Checkout
{
    private static readonly Lazy<string?> Torch = new(() => FindPython("torch, torchvision")), Pillow = new(() => FindPython("PIL"));

    public static string Root { get; } = FindRoot();

    /// <summary>A Python that imports torch and torchvision, or null.</summary>
    public static string? PythonWithTorch => Torch.Value;

    /// <summary>A Python that imports Pillow, or null.</summary>
    public static string? PythonWithPillow => Pillow.Value;

    /// <summary>The larger data set of this house's own machines if it stands beside the checkout, else the sample that every clone has.</summary>
    public static string Photos
    {
        get
        {
            var shared = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data", "clothing"));
            return Directory.Exists(shared) ? shared : Sample;
        }
    }

    /// <summary>The sample that every clone has.</summary>
    public static string Sample => Path.Combine(Root, "samples", "clothing-mini");

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "JustAlexNet.slnx"))) return folder;
        throw new InvalidOperationException("The checkout was not found above the program: run it where it was built.");
    }

    private static string? FindPython(string modules) => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Imports(python, modules));

    private static bool Imports(string python, string modules)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", $"import {modules}"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;       // there is no such program
        }
    }
}
