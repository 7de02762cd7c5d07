using JustAlexNet.Recipes;
using JustAlexNet.Settings;

namespace JustAlexNet.Data.Tests;

public sealed class ImageSizesTests
{
    [Fact]
    public void Every_size_holds_until_the_next_begins()
    {
        var sizes = new ImageSizes((128, 1), (160, 3), (96, 4));
        Assert.Equal([128, 128, 160, 96, 96], Enumerable.Range(1, 5).Select(sizes.Of));
        Assert.Equal(96, sizes.Last);
        Assert.Equal(64, ((ImageSizes)64).Of(7));
    }

    [Fact]
    public void Sizes_that_do_not_begin_with_epoch_1_or_go_back_are_none()
    {
        Assert.Throws<ArgumentException>(() => new ImageSizes((128, 2)));
        Assert.Throws<ArgumentException>(() => new ImageSizes((128, 1), (160, 1)));
        Assert.Throws<ArgumentException>(() => new ImageSizes([]));
    }

    [Theory]
    [InlineData("224", "224")]
    [InlineData("128@1", "128")]
    [InlineData("128@1,176@5", "128@1,176@5")]
    [InlineData("128@1, 176@5, 64@6", "128@1,176@5,64@6")]
    public void Text_is_read_and_written(string text, string written)
    {
        var recipe = new Recipe(TrainSettings.Schema);
        Assert.Null(recipe.Parse(TrainSettings.ImageSize, text));
        Assert.Equal(written, recipe.TextOf(TrainSettings.ImageSize));
        Assert.Equal(recipe.Get(TrainSettings.ImageSize), Recipe.Of(TrainSettings.Schema, recipe.Record().ToDictionary(entry => entry.Key, entry => (object?)entry.Value), "a record").Get(TrainSettings.ImageSize));
    }

    [Theory]
    [InlineData("large", "`image_size` is 'large', expected a whole number, 1 to 26754, or sizes with the epochs they begin with, such as 128@1,176@5")]
    [InlineData("128@2", "`image_size` is '128@2', expected sizes with the epochs they begin with, such as 128@1,176@5: the first from epoch 1, every other from a later one")]
    [InlineData("128@1,176@1", "`image_size` is '128@1,176@1', expected sizes with the epochs they begin with, such as 128@1,176@5: the first from epoch 1, every other from a later one")]
    [InlineData("128,176@3", "`image_size` is '128,176@3', expected sizes with the epochs they begin with, such as 128@1,176@5: the first from epoch 1, every other from a later one")]
    [InlineData("128@1;176@3", "`image_size` is '128@1;176@3', expected sizes with the epochs they begin with, such as 128@1,176@5: the first from epoch 1, every other from a later one")]
    public void Text_that_is_none_is_refused(string text, string refusal) => Assert.Equal(refusal, new Recipe(TrainSettings.Schema).Parse(TrainSettings.ImageSize, text));

    [Theory]
    [InlineData("0", "`image_size` is 0, expected 1 to 26754, or sizes with the epochs they begin with, such as 128@1,176@5")]
    [InlineData("64@1,30000@2", "`image_size` is 64@1,30000@2, expected 1 to 26754, or sizes with the epochs they begin with, such as 128@1,176@5: a photo of more takes above 2 GiB; 224 is usual")]
    [InlineData("40@1,64@2", "`image_size` is 40, alexnet needs 63 or more")]
    [InlineData("64@1,128@21", "`image_size` 64@1,128@21 comes to 128 in epoch 21 only, the run has 20: validation and prediction would see a size that was never learned")]
    public void Sizes_that_cannot_be_are_faults(string text, string fault)
    {
        var recipe = new Recipe(TrainSettings.Schema) { { CommonSettings.DataFolder, "photos" } };
        Assert.Null(recipe.Parse(TrainSettings.ImageSize, text));
        Assert.Equal([fault], recipe.Faults());
    }
}
