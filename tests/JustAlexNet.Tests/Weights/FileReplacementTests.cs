using JustAlexNet.TestSupport;

namespace JustAlexNet.Weights.Tests;

public sealed class FileReplacementTests
{
    [Fact]
    public void Failed_attempt_leaves_the_old_file_and_nothing_else()
    {
        using var scratch = new Scratch();
        var path = scratch.At("model.pth");
        File.WriteAllText(path, "old");

        Assert.Throws<InvalidOperationException>(() => FileReplacement.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Disk_error_says_what_could_not_be_written()
    {
        using var scratch = new Scratch();
        var path = scratch.At("model.pth");

        var error = Assert.Throws<WeightsException>(() => FileReplacement.Write(path, _ => throw new IOException("No space left on device", 28)));

        Assert.Equal($"cannot write {path}: no space left on device\n  Free some space, or name another place; what stood there before is untouched.", error.Message);
        Assert.Equal(path, error.Path);
        Assert.Empty(Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Folder_that_does_not_exist_is_an_error()
    {
        using var scratch = new Scratch();
        var path = Path.Combine(scratch.Folder, "none", "model.pth");

        Assert.Equal($"cannot write {path}: there is no such folder\n  Make the folder, or name another place; what stood there before is untouched.", Assert.Throws<WeightsException>(() => FileReplacement.Write(path, _ => { })).Message);
    }
}
