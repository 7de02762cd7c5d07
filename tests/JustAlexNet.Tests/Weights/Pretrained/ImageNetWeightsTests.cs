namespace JustAlexNet.Weights.Pretrained.Tests;

public sealed class ImageNetWeightsTests
{
    [Fact]
    public void Table_agrees_with_its_own_names()
    {
        Assert.Equal(Models.ModelCatalogue.All.Select(model => model.Name), ImageNetWeights.All.Select(row => row.Model));
        Assert.All(ImageNetWeights.All, row => Assert.EndsWith($"-{row.Sha256[..8]}.pth", row.File, StringComparison.Ordinal));
        Assert.All(ImageNetWeights.All, row => Assert.InRange(row.Top1, 0.5, row.Top5));
    }

    [Fact]
    public void ImageNet_has_a_thousand_different_names()
    {
        Assert.Equal(1000, ImageNetClasses.Names.Count);
        Assert.Equal(1000, ImageNetClasses.Names.Distinct().Count());
        Assert.Equal(["tench", "English springer", "cassette player", "chain saw", "church", "French horn", "garbage truck", "gas pump", "golf ball", "parachute"],
            new[] { 0, 217, 482, 491, 497, 566, 569, 571, 574, 701 }.Select(i => ImageNetClasses.Names[i]));
        Assert.Equal("toilet tissue", ImageNetClasses.Names[999]);
    }
}
