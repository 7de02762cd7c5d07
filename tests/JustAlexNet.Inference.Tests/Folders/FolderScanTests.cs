using System.Diagnostics;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class FolderScanTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Sound_folder_has_no_problems_and_all_its_parts()
    {
        scratch.With("train/cat/1.jpg", "train/dog/1.jpg", "val/cat/2.jpg", "val/dog/2.jpg", "test/cat/3.jpg", "test/dog/3.jpg");
        var scan = FolderScan.Of(scratch.Folder, exclude: null);
        Assert.Empty(scan.Problems.All);
        Assert.Equal(["train", "validation", "test"], scan.Parts.Select(part => part.Name));
        Assert.All(scan.Parts, part => Assert.Equal(2, part.Part.Pictures));
    }

    [Fact]
    public void What_training_refuses_is_noted_and_the_rest_is_read()
    {
        scratch.With("train/cat/1.jpg", "train/dog/1.jpg", "val/cat/2.jpg", "val/owl/2.jpg");
        var scan = FolderScan.Of(scratch.Folder, exclude: null);
        var problem = Assert.Single(scan.Problems.All);
        Assert.Equal((scratch.At("val"), false), (problem.Path, problem.HidesPictures));
        Assert.StartsWith("the classes of ", problem.Message, StringComparison.Ordinal);
        Assert.Equal(4, scan.Parts.Sum(part => part.Part.Pictures));
        Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder));
    }

    [Fact]
    public void Class_folders_in_two_Unicode_forms_are_two_classes_and_noted()
    {
        scratch.With("caf\u00e9/1.jpg", "cafe\u0301/1.jpg", "tea/1.jpg", "tea/2.jpg");
        var scan = FolderScan.Of(scratch.Folder, exclude: null);
        Assert.StartsWith("one class name in two Unicode forms: ", Assert.Single(scan.Problems.All).Message, StringComparison.Ordinal);
        Assert.Equal(3, scan.Parts.Single().Part.Classes.Count);
    }

    [Fact]
    public void Names_that_are_not_utf8_hide_their_pictures_and_no_others()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere names are always text.");
        scratch.With("cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg");
        using (var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "printf x > cat/\"$(printf 'caf\\351.jpg')\" && mkdir \"$(printf 'b\\344r')\""]) { WorkingDirectory = scratch.Folder })!) shell.WaitForExit();
        var scan = FolderScan.Of(scratch.Folder, exclude: null);
        Assert.Equal([(scratch.At("b\uFFFDr"), true), (scratch.At("cat", "caf\uFFFD.jpg"), true)], scan.Problems.All.Select(problem => (problem.Path, problem.HidesPictures)));
        Assert.All(scan.Problems.All, problem => Assert.Contains("mv -n -- ", problem.Message, StringComparison.Ordinal));
        Assert.Equal(4, scan.Parts.Sum(part => part.Part.Pictures));
        using (var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "rm cat/caf* && rmdir b*r"]) { WorkingDirectory = scratch.Folder })!) shell.WaitForExit();     // .NET cannot
    }
}
