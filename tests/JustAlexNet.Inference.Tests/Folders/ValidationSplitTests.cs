using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class ValidationSplitTests
{
    [Fact]
    public void Split_takes_its_share_of_every_class()
    {
        using var scratch = new Scratch();
        foreach (var (name, count) in new[] { ("one", 1), ("two", 2), ("seven", 7), ("fifty", 50) }) scratch.WithMany(name, count);
        var folder = ImageFolder.Open(scratch.Folder);
        var taken = folder.Validation.CountBy(sample => folder.Classes[sample.Label]).ToDictionary();
        Assert.Equal(new Dictionary<string, int> { ["fifty"] = 10, ["seven"] = 1, ["two"] = 1 }, taken);
        Assert.Equal(60, folder.Learned().Distinct().Count());
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.999)]
    public void Every_class_of_two_or_more_keeps_a_picture_on_both_sides(double share)
    {
        using var scratch = new Scratch();
        scratch.WithMany("a", 2);
        scratch.WithMany("b", 9);
        var folder = ImageFolder.Open(scratch.Folder, new() { ValidationFraction = share });
        Assert.Equal([0, 1], folder.Validation.Select(sample => sample.Label).Distinct());
        Assert.Equal([0, 1], folder.Training.Select(sample => sample.Label).Distinct());
    }

    [Fact]
    public void Split_repeats_for_its_seed_wherever_the_folder_stands_and_differs_for_another()
    {
        using var scratch = new Scratch();
        using var copy = new Scratch();
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"{(i % 2 == 0 ? "a" : "b")}/{i}.jpg")];
        scratch.With(names);
        copy.With([.. names.Reverse()]);
        var split = ImageFolder.Open(scratch.Folder, new() { Seed = 3 }).Validation.Below(scratch.Folder);
        Assert.Equal(split, ImageFolder.Open(copy.Folder, new() { Seed = 3 }).Validation.Below(copy.Folder));
        Assert.NotEqual(split, ImageFolder.Open(scratch.Folder, new() { Seed = 4 }).Validation.Below(scratch.Folder));
    }

    [Fact]
    public void One_picture_more_moves_at_most_one_other_across()
    {
        using var scratch = new Scratch();
        scratch.WithMany("a", 60);
        scratch.WithMany("b", 60);
        var before = ImageFolder.Open(scratch.Folder).Validation.Below(scratch.Folder);
        scratch.With("a/new.jpg", "0/1.jpg", "0/2.jpg");   // and a class before it
        var after = ImageFolder.Open(scratch.Folder).Validation.Below(scratch.Folder);
        Assert.InRange(before.Except(after).Count(), 0, 1);
        Assert.Equal(before.Where(name => name[0] == 'b'), after.Where(name => name[0] == 'b'));
    }

    [Fact]
    public void Nothing_to_split_off_is_refused()
    {
        using var scratch = new Scratch();
        var fault = Assert.Throws<DataException>(() => ImageFolder.Open(scratch.With("a/1.jpg", "b/1.jpg")));
        Assert.Equal($"no validation part can be split off {scratch.Folder}: no class has two pictures\n  Add pictures, or a validation part as DIR/val/class/picture.", fault.Message);
    }

    [Fact]
    public void Share_that_leaves_a_side_empty_is_refused()
    {
        using var scratch = new Scratch();
        var fault = Assert.Throws<ArgumentException>(() => ImageFolder.Open(scratch.With("a/1.jpg"), new() { ValidationFraction = 1, Classes = [] }));
        Assert.Equal("FolderOptions: 2 faults.  ValidationFraction is 1, expected above 0 and below 1.  Classes is empty, expected class names or null.", fault.Message);
    }
}
