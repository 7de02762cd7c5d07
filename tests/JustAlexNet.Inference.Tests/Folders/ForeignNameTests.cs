using System.Diagnostics;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class ForeignNameTests
{
    [Fact]
    public void File_whose_name_is_not_utf8_is_refused_and_the_printed_line_renames_it()
    {
        using var scratch = new Scratch();
        scratch.With("hat/1.jpg", "hat/2.jpg", "it's 100 %/1.jpg", "it's 100 %/2.jpg");
        Shell($"cd '{scratch.Folder}' && printf x > \"it's 100 %/$(printf 'caf\\351.jpg')\"", scratch);
        foreach (var refused in new Action[] { () => ImageFolder.Open(scratch.Folder), () => PictureList.Of([scratch.Folder]), () => PictureList.Of([scratch.At("it's 100 %", "caf\uFFFD.jpg")]) })
        {
            var fault = Assert.Throws<DataException>(refused);
            Assert.StartsWith($"1 name in {scratch.At("it's 100 %")} is not UTF-8 and cannot be opened. Rename:\n  mv -n -- ", fault.Message, StringComparison.Ordinal);
            Assert.Contains("caf\\351.jpg", fault.Message, StringComparison.Ordinal);
        }
        Shell(Line(Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder))), scratch);
        Assert.Contains("it's 100 %/café.jpg", ImageFolder.Open(scratch.Folder).Learned());
    }

    [Fact]
    public void Class_folder_whose_name_is_not_utf8_is_refused_and_the_printed_line_renames_it()
    {
        using var scratch = new Scratch();
        scratch.With("hat/1.jpg", "hat/2.jpg", "café/0.jpg");
        Shell($"cd '{scratch.Folder}' && d=\"$(printf 'caf\\351')\" && mkdir \"$d\" && printf x > \"$d/1.jpg\"", scratch);
        Assert.Throws<DataException>(() => PictureList.Of([scratch.Folder]));
        Assert.Throws<DataException>(() => ImageFolder.Open(scratch.At("caf\uFFFD")));
        Shell(Line(Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder))), scratch);
        Assert.Equal(["café", "café_", "hat"], ImageFolder.Open(scratch.Folder).Classes);       // the name that was there stays
    }

    [Fact]
    public void Real_replacement_character_in_a_name_is_a_name_like_any_other_and_files_that_are_left_out_may_be_called_anything()
    {
        using var scratch = new Scratch();
        scratch.With("a/caf\uFFFD.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg");
        Shell($"printf x > '{scratch.Folder}'/a/\"$(printf 'notes-\\351.txt')\"", scratch);
        Assert.Contains("a/caf\uFFFD.jpg", ImageFolder.Open(scratch.Folder).Learned());
        Assert.Equal([scratch.At("a", "caf\uFFFD.jpg")], PictureList.Of([scratch.At("a", "caf\uFFFD.jpg")]));
        Shell("rm a/notes-*", scratch);      // .NET cannot
    }

    private static string Line(DataException fault) => fault.Message.Split('\n').Single(line => line.Contains("mv -n", StringComparison.Ordinal));

    private static void Shell(string command, Scratch scratch)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere names are always text.");
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = scratch.Folder })!;
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
