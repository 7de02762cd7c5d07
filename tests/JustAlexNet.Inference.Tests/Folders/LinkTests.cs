using System.Diagnostics;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class LinkTests
{
    [Fact]
    public void Class_folder_may_be_a_link()
    {
        using var scratch = new Scratch();
        using var pool = new Scratch();
        pool.With("cats/1.jpg", "cats/2.jpg");
        scratch.With("dog/1.jpg", "dog/2.jpg");
        Link(scratch.At("cat"), pool.At("cats"));
        var folder = ImageFolder.Open(scratch.Folder);
        Assert.Equal(["cat", "dog"], folder.Classes);
        Assert.Equal(["cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg"], folder.Learned());
    }

    [Fact]
    public void Data_set_of_links_into_a_store_is_whole()
    {
        using var scratch = new Scratch();
        scratch.With(".store/aa", ".store/bb", "x/1.jpg", "y/1.jpg");
        foreach (var (name, blob) in new[] { ("x/2.jpg", "aa"), ("y/2.jpg", "bb") }) Link(scratch.At(name.Split('/')), Path.Combine("..", ".store", blob));
        Assert.Equal(["x/1.jpg", "x/2.jpg", "y/1.jpg", "y/2.jpg"], ImageFolder.Open(scratch.Folder).Learned());
    }

    [Fact]
    public void Loop_of_links_ends_and_adds_nothing()
    {
        using var scratch = new Scratch();
        scratch.With("a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg");
        Link(scratch.At("a", "up"), "..");
        Link(scratch.At("a", "self"), ".");
        Link(scratch.At("a", "circle"), "circle");
        Link(scratch.At("b", "root"), "/");
        var folder = ImageFolder.Open(scratch.Folder);
        Assert.Equal(["a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg"], folder.Learned());
        Assert.Equal(["counted once: 4 links to pictures or folders that are in the data set already"], folder.Notes);
    }

    [Fact]
    public void Picture_reached_twice_counts_once_where_it_really_lies()
    {
        using var scratch = new Scratch();
        scratch.With("train/b/1.jpg", "train/b/2.jpg", "train/a/1.jpg", "val/a/1.jpg", "val/b/1.jpg");
        Link(scratch.At("train", "a", "0.jpg"), scratch.At("train", "b", "1.jpg"));     // earlier in order, but a link
        Link(scratch.At("val", "a", "leak"), scratch.At("train", "a"));                 // training pictures in validation
        Link(scratch.At("val", "b", "9.jpg"), scratch.At("val", "b", "1.jpg"));
        Link(scratch.At("val", "b", "twice"), Path.Combine("..", "b", "..", "..", "train", "b", "2.jpg"));
        var folder = ImageFolder.Open(scratch.Folder);
        Assert.Equal(["train/a/1.jpg", "train/b/1.jpg", "train/b/2.jpg"], folder.Training.Below(scratch.Folder));
        Assert.Equal(["val/a/1.jpg", "val/b/1.jpg"], folder.Validation.Below(scratch.Folder));
    }

    [Fact]
    public void Two_links_to_one_file_outside_count_once()
    {
        using var scratch = new Scratch();
        using var pool = new Scratch();
        pool.With("p.jpg");
        scratch.With("a/1.jpg", "b/1.jpg", "b/2.jpg");
        Link(scratch.At("a", "2.jpg"), pool.At("p.jpg"));
        Link(scratch.At("b", "3.jpg"), pool.At("p.jpg"));
        Assert.Equal(["a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg"], ImageFolder.Open(scratch.Folder).Learned());
    }

    [Fact]
    public void Link_that_leads_nowhere_stays_a_picture_so_that_reading_it_complains()
    {
        using var scratch = new Scratch();
        scratch.With("a/1.jpg", "b/1.jpg", "b/2.jpg");
        Link(scratch.At("a", "gone.jpg"), "nowhere.jpg");
        Assert.Contains("a/gone.jpg", ImageFolder.Open(scratch.Folder).Learned());
    }

    [Fact]
    public void Fingerprint_counts_the_bytes_of_a_links_file_and_takes_a_link_that_leads_nowhere()
    {
        using var scratch = new Scratch();
        using var pool = new Scratch();
        pool.With("p.jpg");
        scratch.With("a/1.jpg", "b/1.jpg", "b/2.jpg");
        Link(scratch.At("a", "2.jpg"), pool.At("p.jpg"));
        var linked = ImageFolder.Open(scratch.Folder).Fingerprint();
        File.Delete(scratch.At("a", "2.jpg"));
        File.WriteAllText(scratch.At("a", "2.jpg"), "x");
        Assert.Equal(linked, ImageFolder.Open(scratch.Folder).Fingerprint());
        Link(scratch.At("a", "gone.jpg"), "nowhere.jpg");
        Assert.NotEqual(linked, ImageFolder.Open(scratch.Folder).Fingerprint());
    }

    [Fact]
    public void Data_set_may_stand_behind_a_link()
    {
        using var scratch = new Scratch();
        scratch.With("real/train/a/1.jpg", "real/train/b/1.jpg", "real/val/a/2.jpg", "real/val/b/2.jpg");
        Link(scratch.At("here"), "real");
        var folder = ImageFolder.Open(scratch.At("here"));
        Assert.Equal(["train/a/1.jpg", "train/b/1.jpg", "val/a/2.jpg", "val/b/2.jpg"], folder.Learned());
        Assert.StartsWith(scratch.At("here"), folder.Training[0].Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Pipes_and_devices_are_ignored_and_empty_files_are_not()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        using var scratch = new Scratch();
        scratch.With("a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg");
        File.WriteAllText(scratch.At("a", "empty.jpg"), "");
        using (var made = Process.Start("mkfifo", scratch.At("a", "pipe.jpg"))) made.WaitForExit();
        Link(scratch.At("b", "device.jpg"), "/dev/zero");
        Link(scratch.At("b", "pipe-link.jpg"), scratch.At("a", "pipe.jpg"));
        Assert.Equal(["a/1.jpg", "a/2.jpg", "a/empty.jpg", "b/1.jpg", "b/2.jpg"], ImageFolder.Open(scratch.Folder).Learned());
    }

    private static void Link(string path, string target)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a privilege on Windows.");
        File.CreateSymbolicLink(path, target);
    }
}
