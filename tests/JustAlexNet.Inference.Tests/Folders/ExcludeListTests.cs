using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class ExcludeListTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Lines_are_names_and_comments_and_blank_lines_are_not()
    {
        var list = ExcludeList.Read(Written("\uFEFF# why\ncat/1.jpg\r\n\n#cat/2.jpg\n./#odd/3.jpg\ncat/a b .jpg\ncat/1.jpg"));
        Assert.Equal(["cat/1.jpg", "#odd/3.jpg", "cat/a b .jpg"], list.Names);
        Assert.Equal(["cat/1.jpg", "./#odd/3.jpg"], new[] { "cat/1.jpg", "#odd/3.jpg" }.Select(ExcludeList.LineOf));
        Assert.Null(ExcludeList.LineOf("cat/a\nb.jpg"));
    }

    [Fact]
    public void Listed_pictures_are_in_no_part_and_the_split_is_one_of_the_others()
    {
        var folder = Folder();
        var list = ExcludeList.Read(Written("cat/1.jpg\ncat/below/2.jpg"));
        var all = ImageFolder.Open(folder);
        var left = ImageFolder.Open(folder, new() { Exclude = list });
        Assert.Equal(["cat/1.jpg", "cat/below/2.jpg"], all.Learned().Except(left.Learned()));
        Assert.Equal(["cat/1.jpg", "cat/below/2.jpg"], left.Excluded.Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')));
        Assert.Empty(all.Excluded);
        Assert.NotEqual(all.Fingerprint(), left.Fingerprint());
        Assert.Contains($"excluded by {list.Path}: 2 pictures", left.Notes);
    }

    [Fact]
    public void Names_that_are_not_there_are_refused_by_name()
    {
        var (folder, list) = (Folder(), Written("cat/1.jpg\ncat/none.jpg\nowl/1.jpg"));
        Assert.Equal(
            $"{list} names 2 pictures that are not in {folder}: cat/none.jpg, owl/1.jpg\n  Expected paths relative to that folder, / between the parts, such as train/cat/1.jpg. Correct or remove the lines, or have dataset check write the list anew.",
            Assert.Throws<DataException>(() => ImageFolder.Open(folder, new() { Exclude = ExcludeList.Read(list) })).Message);
    }

    [Fact]
    public void List_that_is_not_there_or_is_a_folder_is_refused()
    {
        Assert.StartsWith($"cannot read {scratch.At("none.txt")}: there is no such file\n  Expected a file with a path a line", Assert.Throws<DataException>(() => ExcludeList.Read(scratch.At("none.txt"))).Message, StringComparison.Ordinal);
        Assert.StartsWith($"cannot read {scratch.Folder}: it is a folder, expected a list of pictures\n", Assert.Throws<DataException>(() => ExcludeList.Read(scratch.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Class_that_loses_every_picture_is_a_class_without_pictures()
    {
        var list = ExcludeList.Read(Written("dog/1.jpg\ndog/2.jpg\ndog/3.jpg"));
        Assert.Contains("1 class folder of ", Assert.Throws<DataException>(() => ImageFolder.Open(Folder(), new() { Exclude = list })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void List_of_every_picture_is_refused()
    {
        var folder = Folder();
        var list = Written(string.Join('\n', ImageFolder.Open(folder).Learned()));
        foreach (var refused in new Action[] { () => ImageFolder.Open(folder, new() { Exclude = ExcludeList.Read(list), AllowEmptyClasses = true }), () => FolderScan.Of(folder, ExcludeList.Read(list)) })
            Assert.Equal($"{list} names every picture of {folder} (9 pictures): none is left\n  Take out the lines of those to be kept.", Assert.Throws<DataException>(refused).Message);
    }

    private string Folder() => Path.GetDirectoryName(Path.GetDirectoryName(new[] { "cat/1.jpg", "cat/2.jpg", "cat/3.jpg", "cat/below/2.jpg", "dog/1.jpg", "dog/2.jpg", "dog/3.jpg", "owl/3.jpg", "owl/4.jpg" }.Select(path =>
    {
        var file = scratch.At(["photos", .. path.Split('/')]);
        File.WriteAllText(file, path);
        return file;
    }).ToList()[0]))!;

    private string Written(string text)
    {
        File.WriteAllText(scratch.At("list.txt"), text);
        return scratch.At("list.txt");
    }
}
