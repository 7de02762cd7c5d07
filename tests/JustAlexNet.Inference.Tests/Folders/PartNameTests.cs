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

    [Fact]
    public void Folder_of_such_a_name_with_pictures_in_it_is_a_class_like_any_other()
    {
        using var scratch = new Scratch();
        scratch.With("dev/1.jpg", "dev/2.jpg", "testing/1.jpg", "testing/2.jpg");
        Assert.Equal(["dev", "testing"], ImageFolder.Open(scratch.Folder).Classes);
    }
}
