using System.ComponentModel;
using System.Diagnostics;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Tests;

/// <summary>What makes a child believe that NNPACK does not work on this processor, as on virtual machines that hide their caches; nothing where no C compiler is there to make it.</summary>
public sealed class OddProcessor : IDisposable
{
    private readonly Scratch scratch = new();

    public OddProcessor()
    {
        if (!OperatingSystem.IsLinux()) return;
        var (source, library) = (scratch.At("nnpack.c"), scratch.At("nnpack.so"));
        File.WriteAllText(source, "int nnp_initialize(void) { return 51; }\n");        // nnp_status_unsupported_hardware
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-o", library, source]))!;
            compiler.WaitForExit();
            if (compiler.ExitCode == 0) Environment["LD_PRELOAD"] = library;
        }
        catch (Win32Exception)      // no compiler: the processor as it is
        {
        }
    }

    /// <summary>Variables for the child.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    public void Dispose() => scratch.Dispose();
}
