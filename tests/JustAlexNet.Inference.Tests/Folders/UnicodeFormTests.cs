using System.Diagnostics;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class UnicodeFormTests
{
    private const string Composed = "caf\u00E9", Decomposed = "cafe\u0301";

    [Fact]
    public void One_class_name_in_two_forms_is_refused_with_both_named_and_the_printed_line_joins_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere both are one name to the file system.");
        using var scratch = new Scratch();
        scratch.With($"{Composed}/1.jpg", $"{Decomposed}/1.jpg", $"{Decomposed}/2.jpg", "hat/1.jpg", "hat/2.jpg");
        var fault = Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder));
        Assert.StartsWith($"one class name in two Unicode forms: '{scratch.At(Composed)}' and \"$(printf '{scratch.Folder}/cafe\\314\\201')\"\n", fault.Message, StringComparison.Ordinal);
        Run(fault.Message.Split('\n')[1].Split("belong to it: ")[1]);
        Assert.Equal([$"{Composed}/1.jpg", $"{Composed}/{Decomposed}/1.jpg", $"{Composed}/{Decomposed}/2.jpg", "hat/1.jpg", "hat/2.jpg"], ImageFolder.Open(scratch.Folder).Learned());
    }

    [Fact]
    public void Parts_that_spell_a_class_in_different_forms_are_refused_and_the_printed_line_renames_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere both are one name to the file system.");
        using var scratch = new Scratch();
        scratch.With($"train/{Decomposed}/1.jpg", "train/hat/1.jpg", $"val/{Composed}/2.jpg", "val/hat/2.jpg");
        var fault = Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder));
        Assert.StartsWith("one class name in two Unicode forms: ", fault.Message, StringComparison.Ordinal);
        Run(fault.Message.Split('\n')[1].Split("Rename: ")[1]);
        Assert.Equal([Composed, "hat"], ImageFolder.Open(scratch.Folder).Classes);
    }

    [Fact]
    public void Folder_is_found_under_the_other_form_of_its_class()
    {
        using var scratch = new Scratch();
        scratch.With($"{Decomposed}/1.jpg", "hat/1.jpg");
        Assert.Equal(["hat/1.jpg"], Labelled(1));
        Assert.Equal([$"{Decomposed}/1.jpg"], Labelled(0));

        string[] Labelled(int label) => [.. ImageFolder.Open(scratch.Folder, new() { Classes = [Composed, "hat"] }) is var found ? found.Training.Concat(found.Validation).Where(s => s.Label == label).Below(scratch.Folder) : []];
    }

    [Fact]
    public void Class_names_need_not_be_unique_but_a_folder_of_a_shared_name_is_refused()
    {
        using var scratch = new Scratch();
        scratch.With("crane/1.jpg", "crane/2.jpg", "hat/1.jpg", "hat/2.jpg");
        var fault = Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder, new() { Classes = ["crane", "hat", "crane"] }));
        Assert.StartsWith($"{scratch.Folder} has 1 class folder whose name several classes of the network share: crane\n", fault.Message, StringComparison.Ordinal);
        Directory.Delete(scratch.At("crane"), recursive: true);
        var folder = ImageFolder.Open(scratch.Folder, new() { Classes = ["crane", "hat", "crane"] });
        Assert.Equal(2, folder.Learned().Length);
        Assert.All(folder.Training.Concat(folder.Validation), sample => Assert.Equal(1, sample.Label));
        Assert.Equal(["hat"], folder.ClassToIndex.Keys);
    }

    private static void Run(string command)
    {
        using var shell = Process.Start("/bin/sh", ["-c", command]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
