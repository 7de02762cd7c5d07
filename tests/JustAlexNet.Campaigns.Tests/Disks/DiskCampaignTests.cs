using JustAlexNet.Campaigns.Frame;

namespace JustAlexNet.Campaigns.Disks.Tests;

public sealed class DiskCampaignTests
{
    [Fact]
    public void Runs_on_disks_that_fail_say_so_and_go_on_when_they_are_well()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Disks are made to fail by mount, chattr and strace.");
        var block = Assert.Single(new Supervisor(new DiskCampaign(), seed: 1, _ => { }).Run(0, 8, results: null));        // one of every kind

        Assert.Empty(block.Faults);
        Assert.All(block.Kinds.Keys, kind => Assert.True(kind.EndsWith(", then identical", StringComparison.Ordinal) || kind.StartsWith("not done: ", StringComparison.Ordinal), kind));
        Assert.Equal(8, block.Kinds.Values.Sum());
    }

    [Fact]
    public void Damaged_checkpoints_are_refused_or_load_unchanged()
    {
        var block = Assert.Single(new Supervisor(new DamageCampaign(), seed: 1, _ => { }).Run(0, 24, results: null));

        Assert.Empty(block.Faults);
        Assert.All(block.Kinds.Keys, kind => Assert.Matches("refused, gone on from the one before$|loaded, every value unchanged$", kind));
        Assert.Contains(block.Kinds.Keys, kind => kind.StartsWith("a bit turned over: refused", StringComparison.Ordinal));
        Assert.Contains(block.Kinds.Keys, kind => kind.StartsWith("cut off: refused", StringComparison.Ordinal));
    }
}
