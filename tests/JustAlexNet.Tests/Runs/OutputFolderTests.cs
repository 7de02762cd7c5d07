using JustAlexNet.TestSupport;

namespace JustAlexNet.Runs.Tests;

public sealed class OutputFolderTests
{
    [Fact]
    public void Advice_is_for_the_reason()
    {
        using var scratch = new Scratch();
        var file = scratch.At("file");
        File.WriteAllText(file, "kept");
        Says(file, $"cannot write to the folder {file}: it is a file\nName another folder.");
        var longest = scratch.At(new string('x', 256));
        Says(longest, $"cannot write to the folder {longest}: the name is too long for this disk\nChoose a shorter name, or name another folder.");
        Assert.Equal([file], Directory.GetFileSystemEntries(scratch.Folder));
    }

    private static void Says(string folder, string message) => Assert.Equal(message, Assert.Throws<RunException>(() => OutputFolder.Make(folder, "name another folder")).Message);
}
