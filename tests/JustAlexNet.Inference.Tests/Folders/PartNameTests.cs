using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class PartNameTests
{
    [Theory]
    [InlineData("Training", "Validation", "Testing")]
    [InlineData("train", "valid", "test")]
    [InlineData("TRAINING", "dev", "TEST")]
    [InlineData("Train", "Val", "testing")]
    [InlineData("training", "VALID", null)]
    public void Parts_are_known_in_every_usual_spelling(string training, string validation, string? test)
    {
        using var scratch = new Scratch();
        foreach (var part in new[] { training, validation, test }.OfType<string>()) scratch.With($"{part}/a/1.jpg", $"{part}/b/1.jpg");
        var folder = ImageFolder.Open(scratch.Folder);
        Assert.Equal((FolderLayout.Split, 2, 2), (folder.Layout, folder.Training.Count, folder.Validation.Count));
        Assert.Equal(new ValidationFolder(validation), folder.ValidationOrigin);
        Assert.Equal(test is null ? null : 2, folder.Test?.Count);
        Assert.Equal(["a", "b"], folder.Classes);
        Assert.Empty(folder.Notes);
    }

    [Theory]
    [InlineData("training", "train", "Training")]
    [InlineData("validation", "val", "valid")]
    [InlineData("test", "Testing", "test")]
    public void Two_parts_of_one_kind_are_refused_with_both_named(string kind, string one, string other)
    {
        using var scratch = new Scratch();
        foreach (var part in new[] { "train", one, other }.Distinct()) scratch.With($"{part}/a/1.jpg", $"{part}/b/1.jpg");
        var fault = Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder));
        var named = new[] { scratch.At(one), scratch.At(other) }.Order(StringComparer.Ordinal);
        Assert.Equal($"two {kind} parts: {string.Join(" and ", named)}\n  Remove or rename the one that is not meant.", fault.Message);
    }

    [Theory]
    [InlineData("Testing", "extra")]
    [InlineData("dev", "cats, dogs")]
    [InlineData("VALID, test", "more")]
    [InlineData("test", "train")]          // pictures in it, but no class folders
    public void Part_beside_other_folders_and_no_training_part_is_refused(string parts, string others)
    {
        using var scratch = new Scratch();
        foreach (var part in parts.Split(", ")) scratch.With($"{part}/a/1.jpg", $"{part}/b/1.jpg");
        foreach (var other in others.Split(", ")) scratch.With($"{other}/1.jpg", $"{other}/2.jpg");
        var several = parts.Contains(',', StringComparison.Ordinal);
        var fault = Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder));
        Assert.Equal(
            $"""
            {scratch.Folder} has no training part beside {parts}
              A folder of class folders that is called val, valid, validation, dev, test or testing (in capitals too) is a part, not a class. Beside {(several ? "them are" : "it is")}: {others}.
              If the training part is among these, call it train. If these are the classes, move {parts} elsewhere; if {(several ? "they are classes too, call them" : "it is a class too, call it")} otherwise.
            """, fault.Message);
        Assert.Equal(fault.Message, Assert.Throws<DataException>(() => ImageFolder.Open(scratch.Folder, new() { Classes = ["a", "b"] })).Message);
    }

    [Fact]
    public void Class_that_a_network_knows_may_be_called_as_a_part()
    {
        using var scratch = new Scratch();
        scratch.With("cats/1.jpg", "test/a/1.jpg", "test/b/1.jpg");
        Assert.Equal(3, ImageFolder.Open(scratch.Folder, new() { Classes = ["cats", "test"] }).Learned().Length);
    }

    [Fact]
    public void Classes_with_folders_in_them_and_no_name_of_a_part_stay_classes()
    {
        using var scratch = new Scratch();
        scratch.With("cats/a/1.jpg", "cats/b/1.jpg", "trained/a/1.jpg", "trained/a/2.jpg", "tests/1.jpg", "tests/2.jpg");
        Assert.Equal(["cats", "tests", "trained"], ImageFolder.Open(scratch.Folder).Classes);
    }

    [Fact]
    public void Folder_of_such_a_name_with_pictures_in_it_is_a_class_like_any_other()
    {
        using var scratch = new Scratch();
        scratch.With("dev/1.jpg", "dev/2.jpg", "testing/1.jpg", "testing/2.jpg");
        Assert.Equal(["dev", "testing"], ImageFolder.Open(scratch.Folder).Classes);
    }
}
