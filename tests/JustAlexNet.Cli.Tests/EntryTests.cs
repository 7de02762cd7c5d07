using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;

namespace JustAlexNet.Cli.Tests;

public sealed class EntryTests
{
    [Fact]
    public void Output_that_takes_no_more_is_a_fault_in_words()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full of Linux.");
        using var full = new StreamWriter(new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)) { AutoFlush = true };
        var error = new StringWriter();
        var terminal = new Terminal(full, error);       // not disposed: that would flush once more
        Assert.Equal(ExitCode.Failed, Entry.Run(["models"], terminal));
        Assert.Equal("error: cannot read or write: no space left on device\n  Check the disk, and where the output goes.\n", error.ToString());
    }
}
