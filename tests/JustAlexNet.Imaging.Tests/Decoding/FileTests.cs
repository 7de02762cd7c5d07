using JustAlexNet.Imaging.Decoding;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

public sealed class FileTests
{
    [Fact]
    public void A_missing_file_a_folder_and_an_empty_file_are_told_apart()
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch.At("empty.jpg"), []);
        Assert.Equal($"cannot read {scratch.Folder}/none.jpg: there is no such file", Message(scratch.At("none.jpg")));
        Assert.Equal($"cannot read {scratch.Folder}/a/b.jpg: there is no such file", Message(Path.Combine(scratch.Folder, "a", "b.jpg")));
        Assert.Equal($"cannot read {scratch.Folder}: it is a folder, expected a picture file", Message(scratch.Folder));
        Assert.Equal($"cannot read {scratch.Folder}/empty.jpg: the file is empty (0 bytes)", Message(scratch.At("empty.jpg")));
    }

    [Fact]
    public void A_file_without_permission_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "root may read every file");
        using var scratch = new Scratch();
        var path = scratch.At("secret.jpg");
        File.Copy(Repository.Golden("decode", "rgb.jpg"), path);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.None);
        Assert.Equal($"cannot read {path}: no permission to read the file", Message(path));
    }

    [Fact]
    public void Every_way_in_which_opening_fails_has_words()
    {
        Assert.Equal("no permission to read the file", FileBytes.Reason("x.jpg", new UnauthorizedAccessException()));
        Assert.Equal("it is a pipe, a socket or a device, expected a picture file", FileBytes.Reason("x.jpg", new NotSupportedException()));
        Assert.Equal("input/output error", FileBytes.Reason("x.jpg", new IOException("Input/output error")));
    }

    [Fact]
    public void Pipes_and_devices_and_links_to_them_are_refused_unread()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        using var scratch = new Scratch();
        using (var made = System.Diagnostics.Process.Start("mkfifo", scratch.At("pipe.jpg"))) made.WaitForExit();
        using var held = new FileStream(scratch.At("pipe.jpg"), FileMode.Open, FileAccess.ReadWrite);     // so that opening it would not wait for ever
        File.CreateSymbolicLink(scratch.At("link.jpg"), "pipe.jpg");
        foreach (var path in new[] { scratch.At("pipe.jpg"), scratch.At("link.jpg"), "/dev/zero" })
            Assert.Equal($"cannot read {path}: it is a pipe, a socket or a device, expected a picture file", Message(path));
    }

    [Fact]
    public void Endings_are_lower_case_with_their_dot()
    {
        Assert.All(ImageDecoder.Extensions, ending => Assert.Matches("^\\.[a-z]+$", ending));
        Assert.Contains(".jpeg", ImageDecoder.Extensions);
    }

    private static string Message(string path) => Assert.Throws<ImageException>(() => ImageDecoder.Decode(path)).Message;
}
