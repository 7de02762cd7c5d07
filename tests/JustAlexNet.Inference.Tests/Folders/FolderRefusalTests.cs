using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class FolderRefusalTests
{
    private const string Shapes = "  Expected DIR/class/picture, or DIR/train/class/picture with DIR/val/class/picture beside it.";

    [Fact]
    public void Folder_that_is_not_there()
    {
        using var scratch = new Scratch();
        var path = Path.Combine(scratch.Folder, "photos");
        Refused(path, $"cannot find the folder {path}\n{Shapes} Check the path.");
    }

    [Fact]
    public void File_instead_of_a_folder()
    {
        using var scratch = new Scratch();
        scratch.With("photos.zip");
        Refused(scratch.At("photos.zip"), $"{scratch.At("photos.zip")} is a file, expected a folder\n{Shapes}");
    }

    [Fact]
    public void Empty_folder()
    {
        using var scratch = new Scratch();
        Refused(scratch.Folder, $"no pictures in class folders of {scratch.Folder}\n{Shapes}");
    }

    [Fact]
    public void Pictures_without_class_folders_and_files_of_other_kinds()
    {
        using var scratch = new Scratch();
        scratch.With("1.jpg", "2.jpg", "raw/1.CR2", "raw/2.CR2");
        Refused(scratch.Folder,
            $"""
            no pictures in class folders of {scratch.Folder}
            {Shapes}
              2 pictures in {scratch.Folder} itself: move each into a folder named as its class.
              Found .cr2 (2 files, first {scratch.At("raw", "1.CR2")}).
              A picture's name ends in .jpg .jpeg .png .webp .bmp .gif.
            """);
    }

    [Fact]
    public void One_class_only()
    {
        using var scratch = new Scratch();
        scratch.With("cats/1.jpg", "cats/2.jpg");
        Refused(scratch.Folder,
            $"{scratch.Folder} has pictures of one class only: cats\n  Expected two or more class folders with pictures; there is nothing to tell apart.");
    }

    [Fact]
    public void Class_without_pictures()
    {
        using var scratch = new Scratch();
        scratch.With("cats/1.jpg", "dogs/readme.txt", "owls/sub/none.txt", "emus/1.jpg");
        Refused(scratch.Folder,
            $"2 class folders of {scratch.Folder} without pictures: dogs, owls\n"
            + "  Add pictures, remove the folders, or pass `allow_empty_classes` to keep them as classes that never occur.");
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("cats")]
    public void Class_folder_that_is_a_link_to_what_is_there_already_is_said_to_be_one(string target)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        using var scratch = new Scratch();
        scratch.With("cats/1.jpg", "dogs/1.jpg");
        Directory.CreateSymbolicLink(scratch.At("loop"), target);
        Refused(scratch.Folder,
            $"1 class folder of {scratch.Folder} without pictures: loop (a link to {target})\n"
            + "  Add pictures, remove the links and folders (a link to pictures that are in the data set already adds none), or pass `allow_empty_classes` to keep them as classes that never occur.");
    }

    [Fact]
    public void More_classes_than_can_be_measured()
    {
        using var scratch = new Scratch();
        scratch.With("cats/1.jpg", "dogs/1.jpg");
        var expected = $"{scratch.Folder} is for 30,001 classes, expected 30,000 or fewer\n  Each pair of classes has a number in the confusion matrix, which would no longer fit into memory. Merge classes, or divide the data set.";
        string[] names = ["cats", "dogs", .. Enumerable.Range(2, 29_999).Select(i => $"class {i}")];
        Assert.Equal(expected, Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder, new() { Classes = names })).Message);
        Assert.Equal(2, ImageFolder.Open(scratch.Folder, new() { Classes = names[..^1] }).Learned().Length);
        foreach (var name in names[2..]) Directory.CreateDirectory(scratch.At(name));
        Refused(scratch.Folder, expected);
    }

    [Fact]
    public void Class_without_pictures_in_validation()
    {
        using var scratch = new Scratch();
        scratch.With("train/a/1.jpg", "train/b/1.jpg", "val/a/2.jpg");
        Directory.CreateDirectory(scratch.At("val", "b"));
        Refused(scratch.Folder,
            $"1 class folder of {scratch.At("val")} without pictures: b\n"
            + "  Add pictures, remove the folders, or pass `allow_empty_classes` to keep them as classes that never occur.");
    }

    [Fact]
    public void Different_classes_in_validation_are_listed_both_ways()
    {
        using var scratch = new Scratch();
        scratch.With("train/a/1.jpg", "train/b/1.jpg", "val/b/1.jpg", "val/c/1.jpg", "val/d/1.jpg");
        Refused(scratch.Folder,
            $"""
            the classes of {scratch.At("train")} and {scratch.At("val")} differ
              only in train (1): a
              only in val (2): c, d
              Both parts need the same class folders.
            """);
    }

    [Fact]
    public void Different_classes_in_a_test_part_are_listed_ten_at_most()
    {
        using var scratch = new Scratch();
        scratch.With("train/a/1.jpg", "train/b/1.jpg", "val/a/1.jpg", "val/b/1.jpg", "test/a/1.jpg", "test/b/1.jpg");
        scratch.With([.. Enumerable.Range(0, 25).Select(i => $"test/x{i:00}/1.jpg")]);
        Refused(scratch.Folder,
            $"""
            the classes of {scratch.At("train")} and {scratch.At("test")} differ
              only in test (25): x00, x01, x02, x03, x04, x05, x06, x07, x08, x09 and 15 more
              Both parts need the same class folders.
            """);
    }

    [Fact]
    public void Two_validation_parts()
    {
        using var scratch = new Scratch();
        scratch.With("train/a/1.jpg", "train/b/1.jpg", "val/a/1.jpg", "val/b/1.jpg", "validation/a/1.jpg", "validation/b/1.jpg");
        Refused(scratch.Folder, $"two validation parts: {scratch.At("val")} and {scratch.At("validation")}\n  Remove or rename the one that is not meant.");
    }

    [Fact]
    public void No_training_part()
    {
        using var scratch = new Scratch();
        scratch.With("val/a/1.jpg", "val/b/1.jpg", "test/a/1.jpg", "test/b/1.jpg");
        Refused(scratch.Folder,
            $"{scratch.Folder} has no training part, only val and test\n"
            + "  Expected DIR/train/class/picture beside it. To measure a trained network on it, use evaluate.");
    }

    [Fact]
    public void Classes_the_network_does_not_know()
    {
        using var scratch = new Scratch();
        scratch.With("a/1.jpg", "a/2.jpg", "b/1.jpg", "z/1.jpg");
        Refused(scratch.Folder,
            $"{scratch.Folder} has 1 class folder that the network does not know: z\n"
            + "  It knows 3 classes, by name. Rename or remove the folders, or choose the checkpoint trained on these classes.",
            new() { Classes = ["a", "b", "c"] });
    }

    [Fact]
    public void Folder_without_read_permission()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Permissions are set otherwise on Windows.");
            return;
        }
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read every folder; the message is tested below.");
        using var scratch = new Scratch();
        scratch.With("a/1.jpg", "b/1.jpg");
        var closed = scratch.At("a");
        File.SetUnixFileMode(closed, UnixFileMode.None);
        try
        {
            Assert.StartsWith($"cannot read {closed}: permission denied", Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Refusal_for_permission_says_what_to_do()
    {
        var fault = FolderFaults.Unreadable("photos/cats", new UnauthorizedAccessException());
        Assert.Equal("cannot read photos/cats: permission denied\n  Give this user read permission (folders: read and search), or choose another folder.", fault.Message);
        Assert.Equal("photos/cats", fault.Location);
    }

    private static void Refused(string folder, string message, FolderOptions? options = null)
    {
        var fault = Assert.Throws<DataException>(() => ImageFolder.Open(folder, options));
        Assert.Equal(message, fault.Message);
        Assert.InRange(fault.Message.Split('\n').Length, 1, 12);
        Assert.NotNull(fault.Location);
    }
}
