using JustAlexNet.TestSupport;

namespace JustAlexNet.Weights.Archives.Tests;

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

        var error = Assert.Throws<WeightsException>(() => FileReplacement.Write(path, _ => throw new IOException("No space left on device")));

        Assert.Equal($"cannot write {path}: No space left on device\n  Free some space or name another place; what stood there before is untouched.", error.Message);
        Assert.Equal(path, error.Path);
        Assert.Empty(Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void New_content_takes_the_place_of_the_old_and_of_an_abandoned_attempt()
    {
        using var scratch = new Scratch();
        var path = scratch.At("model.pth");
        File.WriteAllText(path, "old");
        File.WriteAllText(path + ".tmp", "a longer attempt that was killed");

        FileReplacement.Write(path, stream => stream.Write("new"u8));

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Folder_that_does_not_exist_is_an_error()
    {
        using var scratch = new Scratch();
        var path = Path.Combine(scratch.Folder, "none", "model.pth");

        Assert.StartsWith(
            $"cannot write {path}: Could not find a part of the path",
            Assert.Throws<WeightsException>(() => FileReplacement.Write(path, _ => { })).Message, StringComparison.Ordinal);
    }
}
