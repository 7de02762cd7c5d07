using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class ImageFolderTests
{
    [Fact]
    public void Plain_folder_gives_its_folders_as_classes_in_code_point_order()
    {
        using var scratch = new Scratch();
        foreach (var name in new[] { "𠮷野家", "Ａ", "b", "B", "猫" }) scratch.With($"{name}/1.jpg", $"{name}/2.png");
        var folder = ImageFolder.Open(scratch.Folder);
        Assert.Equal(FolderLayout.Plain, folder.Layout);
        Assert.Equal(["B", "b", "猫", "Ａ", "𠮷野家"], folder.Classes);
        Assert.Equal(Enumerable.Range(0, 5), folder.Classes.Select(name => folder.ClassToIndex[name]));
        Assert.Equal(10, folder.Training.Count + folder.Validation.Count);
        Assert.All(folder.Training, sample => Assert.Equal(folder.Classes[sample.Label], Path.GetFileName(Path.GetDirectoryName(sample.Path))));
        Assert.Null(folder.Test);
    }

    [Theory]
    [InlineData("val")]
    [InlineData("validation")]
    [InlineData("Val")]
    public void Split_folder_keeps_its_parts(string validation)
    {
        using var scratch = new Scratch();
        scratch.With("train/a/1.jpg", "train/b/2.jpg", "train/b/3.jpg", $"{validation}/a/4.jpg", $"{validation}/b/5.jpg", "test/a/6.jpg", "test/b/7.jpg");
        var folder = ImageFolder.Open(scratch.Folder);
        Assert.Equal(FolderLayout.Split, folder.Layout);
        Assert.Equal(new ValidationFolder(validation), folder.ValidationOrigin);
        Assert.Equal(["train/a/1.jpg", "train/b/2.jpg", "train/b/3.jpg"], folder.Training.Below(scratch.Folder));
        Assert.Equal([0, 1, 1], folder.Training.Select(sample => sample.Label));
        Assert.Equal([$"{validation}/a/4.jpg", $"{validation}/b/5.jpg"], folder.Validation.Below(scratch.Folder));
        Assert.Equal(["test/a/6.jpg", "test/b/7.jpg"], folder.Test!.Below(scratch.Folder));
    }

    [Fact]
    public void Training_part_alone_is_split_by_the_seed()
    {
        using var scratch = new Scratch();
        scratch.WithMany("train/a", 10);
        scratch.WithMany("train/b", 10);
        var folder = ImageFolder.Open(scratch.Folder, new() { Seed = 4, ValidationFraction = 0.3 });
        Assert.Equal(FolderLayout.Split, folder.Layout);
        Assert.Equal(new ValidationSplit(4, 0.3), folder.ValidationOrigin);
        Assert.Equal((14, 6), (folder.Training.Count, folder.Validation.Count));
    }

    [Fact]
    public void Class_may_be_called_train()
    {
        using var scratch = new Scratch();
        scratch.With("train/x1.jpg", "train/x2.jpg", "other/y1.jpg", "other/y2.jpg");
        var folder = ImageFolder.Open(scratch.Folder);
        Assert.Equal(["other", "train"], folder.Classes);
        Assert.Equal(4, folder.Learned().Length);
    }

    [Fact]
    public void Folders_beside_the_parts_are_named_and_not_used()
    {
        using var scratch = new Scratch();
        scratch.With("train/a/1.jpg", "train/b/2.jpg", "val/a/4.jpg", "val/b/5.jpg", "raw/9.jpg", "notes/n.txt", "x.jpg", "val/loose.png", "val/2.png");
        var folder = ImageFolder.Open(scratch.Folder);
        Assert.Equal(
            [
                $"not used, beside the parts of {scratch.Folder}: notes, raw",
                $"not used, outside class folders: 1 picture in {scratch.Folder} itself",
                $"not used, outside class folders: 2 pictures in {scratch.At("val")} itself",
            ],
            folder.Notes);
        Assert.Equal(4, folder.Learned().Length);
    }

    [Fact]
    public void Pictures_in_folders_below_a_class_belong_to_it_in_torchvisions_order()
    {
        using var scratch = new Scratch();
        scratch.With("train/a/z.jpg", "train/a/b/2.jpg", "train/a/b/1.jpg", "train/a/b-c/0.jpg", "train/a/b/d/3.jpg", "train/x/1.jpg", "val/a/1.jpg", "val/x/1.jpg");
        var folder = ImageFolder.Open(scratch.Folder);   // sorted(os.walk(...)): by folder as text, and '-' is below '/'
        Assert.Equal(
            ["train/a/z.jpg", "train/a/b/1.jpg", "train/a/b/2.jpg", "train/a/b-c/0.jpg", "train/a/b/d/3.jpg", "train/x/1.jpg"],
            folder.Training.Below(scratch.Folder));
    }

    [Fact]
    public void Hidden_files_and_folders_are_ignored()
    {
        using var scratch = new Scratch();
        scratch.With("a/1.jpg", "a/2.jpg", "a/._1.jpg", "a/.cache/3.jpg", "b/1.jpg", "b/2.jpg", ".git/x.jpg", ".hidden.jpg");
        Assert.Equal(["a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg"], ImageFolder.Open(scratch.Folder).Learned());
    }

    [Fact]
    public void Unknown_extensions_are_counted_and_the_first_file_named()
    {
        using var scratch = new Scratch();
        scratch.With("a/1.jpg", "a/2.JPEG", "a/t.txt", "a/u.TXT", "a/x.heic", "a/LICENSE", "b/1.jpg", "b/2.jpg", "b/s.txt", "README.md");
        var folder = ImageFolder.Open(scratch.Folder);
        Assert.Equal(
            [new("", 1, scratch.At("a", "LICENSE")), new(".heic", 1, scratch.At("a", "x.heic")), new(".txt", 3, scratch.At("a", "t.txt"))],
            folder.UnknownFiles);
        Assert.Equal(4, folder.Learned().Length);
    }

    [Fact]
    public void Empty_class_is_kept_when_allowed()
    {
        using var scratch = new Scratch();
        scratch.With("a/1.jpg", "a/2.jpg", "c/1.jpg", "c/2.jpg");
        Directory.CreateDirectory(scratch.At("b"));
        var folder = ImageFolder.Open(scratch.Folder, new() { AllowEmptyClasses = true });
        Assert.Equal(["a", "b", "c"], folder.Classes);
        Assert.DoesNotContain(folder.Training.Concat(folder.Validation), sample => sample.Label == 1);
    }

    [Fact]
    public void Known_classes_label_by_name_and_need_not_all_occur()
    {
        using var scratch = new Scratch();
        scratch.With("test/dog/1.jpg", "test/ape/2.jpg");
        var folder = ImageFolder.Open(scratch.Folder, new() { Classes = ["dog", "cat", "ape"] });
        Assert.Equal(["dog", "cat", "ape"], folder.Classes);
        Assert.Equal([2, 0], folder.Test!.Select(sample => sample.Label));
        Assert.Empty(folder.Training);
        Assert.Empty(folder.Validation);
    }

    [Fact]
    public void Folder_given_with_a_slash_at_its_end_is_the_same()
    {
        using var scratch = new Scratch();
        scratch.With("a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg");
        Assert.Equal(ImageFolder.Open(scratch.Folder).Training, ImageFolder.Open(scratch.Folder + Path.DirectorySeparatorChar).Training);
    }

    [Fact]
    public void Fingerprint_depends_on_paths_and_sizes_and_not_on_the_split()
    {
        using var scratch = new Scratch();
        scratch.With("a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg");
        var before = ImageFolder.Open(scratch.Folder).Fingerprint();
        Assert.Equal(before, ImageFolder.Open(scratch.Folder, new() { Seed = 9 }).Fingerprint());
        Assert.Equal("663b97f45fc2", before[..12]);
        File.AppendAllText(scratch.At("a", "1.jpg"), "more");
        Assert.NotEqual(before, ImageFolder.Open(scratch.Folder).Fingerprint());
    }

    [Fact]
    public void Clothing_photos_are_all_found()
    {
        var folder = ImageFolder.Open(Repository.SharedOrSkip("data", "clothing"));
        Assert.Equal((10, 3068, 341), (folder.Classes.Count, folder.Training.Count, folder.Validation.Count));
        Assert.Equal(new ValidationFolder("validation"), folder.ValidationOrigin);
        Assert.Equal(["dress", "t-shirt"], [folder.Classes[0], folder.Classes[^1]]);
    }
}
