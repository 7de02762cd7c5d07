using JustAlexNet.TestSupport;

namespace JustAlexNet.Files.Tests;

public sealed class WriteFaultTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(28, "No space left on device", "no space left on device", "Free some space, or name another place")]
    [InlineData(122, "Disk quota exceeded", "disk quota exceeded", "Free some space, or name another place")]
    [InlineData(27, "File too large", "file too large", "Free some space, or name another place")]
    [InlineData(30, "Read-only file system", "read-only file system", "Name another place")]
    [InlineData(5, "Input/output error : '/x'", "input/output error", "Name another place")]
    public void Advice_is_for_the_reason(int error, string message, string reason, string advice)
    {
        var (cause, path) = (new IOException(message, error), scratch.At("file"));
        Assert.Equal(advice, WriteFault.Advice(cause, "name another place"));
        Assert.Equal((reason, advice), (WriteFault.Reason(cause, path), WriteFault.Advice(cause, path, "name another place")));
    }

    [Fact]
    public void Folders_permissions_and_long_names_have_their_own()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's.");
        Says("/proc/x.pth", "no file can be made in /proc", "Name another place");
        Says(Path.Combine(scratch.Folder, "none", "x.pth"), "there is no such folder", "Make the folder, or name another place");
        Says(Directory.CreateDirectory(scratch.At("folder")).FullName, "it is a folder", "Name another place");
        Says(scratch.At(new string('x', 256)), "the name is too long for this disk", "Choose a shorter name, or name another place");
        var denied = new UnauthorizedAccessException();
        Assert.Equal("Have the permission changed, or name another place", WriteFault.Advice(denied, "name another place"));
        Assert.Equal(("permission denied", "Have the permission changed, or name another place"), (WriteFault.Reason(denied, scratch.At("x")), WriteFault.Advice(denied, scratch.At("x"), "name another place")));
    }

    private static void Says(string path, string reason, string advice)
    {
        var cause = Assert.ThrowsAny<Exception>(() => AtomicFile.Write(path, "content"));
        Assert.Equal((reason, advice), (WriteFault.Reason(cause, path), WriteFault.Advice(cause, path, "name another place")));
    }
}
