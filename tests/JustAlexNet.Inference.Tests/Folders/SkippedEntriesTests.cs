using System.Diagnostics;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class SkippedEntriesTests
{
    private static readonly string[] Kept = ["@eaDir", ".thumbnails", "__MACOSX", "lost+found", "$RECYCLE.BIN"];

    [Fact]
    public void Folders_of_storage_systems_and_hidden_pictures_are_left_out_and_counted()
    {
        using var scratch = new Scratch();
        scratch.With("a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg", "a/._1.jpg", "a/.DS_Store");
        foreach (var name in Kept) scratch.With($"{name}/x/1.jpg", $"a/{name}/1.jpg");
        string[] notes =
        [
            "left out: 10 folders of systems and programs, hidden or not ($RECYCLE.BIN, .thumbnails, @eaDir, __MACOSX, lost+found)",
            $"left out: 1 hidden picture, such as {scratch.At("a", "._1.jpg")}",
        ];
        var folder = ImageFolder.Open(scratch.Folder);
        Assert.Equal(["a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg"], folder.Learned());
        Assert.Equal(notes, folder.Notes);

        var said = new List<string>();
        Assert.Equal(4, PictureList.Of([scratch.Folder], said).Count);
        Assert.Equal(notes, said);
    }

    [Fact]
    public void Folder_for_prediction_gives_each_real_picture_once_however_links_run()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links needs a privilege on Windows.");
        using var scratch = new Scratch();
        scratch.With("photos/1.jpg", "photos/more/2.jpg");
        foreach (var (link, target) in new[] { ("photos/up", "."), ("photos/more/above", "../.."), ("photos/more/again.jpg", "../1.jpg"), ("photos/gone.jpg", "nowhere"), ("here", "photos") })
            File.CreateSymbolicLink(scratch.At(link.Split('/')), target);
        string[] all = ["1.jpg", "gone.jpg", "more/2.jpg"];         // what leads nowhere is told when it is read
        Assert.Equal(all.Select(name => scratch.At("photos", name)), PictureList.Of([scratch.At("photos")]));
        Assert.Equal(all.Select(name => scratch.At("here", name)), PictureList.Of([scratch.At("here")]));
    }

    [Fact]
    public void Pipes_in_a_folder_for_prediction_are_left_out_and_counted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        using var scratch = new Scratch();
        scratch.With("1.jpg");
        using (var made = Process.Start("mkfifo", scratch.At("pipe.jpg"))) made.WaitForExit();
        var said = new List<string>();
        Assert.Equal([scratch.At("1.jpg")], PictureList.Of([scratch.Folder], said));
        Assert.Equal([$"left out, not opened: 1 file named as a picture that is a pipe, socket or device, such as {scratch.At("pipe.jpg")}"], said);
    }
}
