using JustAlexNet.Campaigns.Frame;

namespace JustAlexNet.Campaigns.Memory.Tests;

public sealed class MemoryCampaignTests
{
    [Fact]
    public void Memory_stands_still_and_no_tensor_is_left()
    {
        var blocks = new Supervisor(new MemoryCampaign(), seed: 1, _ => { }).Run(5, 5, results: null);

        Assert.Empty(blocks.SelectMany(block => block.Faults));
        string[] works = ["100 training steps ", "10 epochs ", "1,000 predictions by .pth", "1,000 predictions by .onnx", "10 times a .pth "];
        foreach (var (work, block) in works.Zip(blocks))
        {
            var kind = Assert.Single(block.Kinds).Key;
            Assert.StartsWith(work, kind, StringComparison.Ordinal);
            Assert.Contains(", 0 left, ", kind, StringComparison.Ordinal);
        }
    }
}
