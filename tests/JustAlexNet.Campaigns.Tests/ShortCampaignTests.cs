using JustAlexNet.Campaigns.Frame;

namespace JustAlexNet.Campaigns.Tests;

/// <summary>The campaigns in small: the same cases as those of the long runs, the first of them, by another seed.</summary>
public sealed class ShortCampaignTests
{
    private const int Seed = 20261128;

    [Theory]
    [InlineData("pictures", 250)]
    [InlineData("weights", 4000)]
    [InlineData("onnx", 300)]
    [InlineData("texts", 1500)]
    [InlineData("loader", 60)]
    [InlineData("numbers", 4)]
    public void No_case_breaks_a_promise(string name, int count)
    {
        var campaign = CampaignCatalogue.Find(name);
        Assert.NotNull(campaign);

        var blocks = new Supervisor(campaign, Seed, _ => { }).Run(0, count, results: null);

        Assert.True(blocks.All(block => block.Faults.Count == 0), string.Join('\n', Totals.Lines(campaign, Seed, blocks)));
        Assert.Equal(count, blocks.Sum(block => block.Kinds.Values.Sum()));
        Assert.True(blocks.SelectMany(block => block.Kinds.Keys).Distinct().Count() > 1, "all cases ended alike: the changes are too coarse");
    }
}
