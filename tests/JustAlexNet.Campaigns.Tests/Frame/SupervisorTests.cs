namespace JustAlexNet.Campaigns.Frame.Tests;

public sealed class SupervisorTests
{
    [Fact]
    public void Whatever_a_case_does_to_its_process_is_seen_and_the_cases_behind_it_run()
    {
        var block = Assert.Single(new Supervisor(new FrameCheck(), seed: 1, _ => { }).Run(0, 10, results: null));

        Assert.Equal(10, block.Kinds.Values.Sum());
        Assert.Equal(5, block.Kinds.Where(kind => kind.Key.StartsWith("drew ", StringComparison.Ordinal)).Sum(kind => kind.Value));
        Assert.Equal([FrameCheck.Broken, FrameCheck.Throwing, FrameCheck.Dying, FrameCheck.Hanging, FrameCheck.Eating], block.Faults.Select(fault => (int)fault.Index));
        Assert.Equal("a promise / of two lines", block.Faults[0].What);
        Assert.Contains("thrown by case two", block.Faults[1].What, StringComparison.Ordinal);
        Assert.StartsWith("crash: died of signal 6", block.Faults[2].What, StringComparison.Ordinal);
        Assert.StartsWith("hang: ", block.Faults[3].What, StringComparison.Ordinal);
        Assert.StartsWith("memory: ", block.Faults[4].What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_that_is_done_is_not_run_again_and_one_with_a_fault_is()
    {
        using var scratch = new Scratch();
        var path = scratch.At("results.txt");
        var harmless = new Supervisor(new FrameCheck(), seed: 1, _ => { }).Run(10, 30, new ResultsFile(path));
        File.AppendAllText(path, "40-49\t0.1 s\t1 MB\tdrew 0 x 10\tFAULT 42 a promise\n50-59\t0.1 s\t1 MB\tmarked x 10\n60-69\t0.1 s\t1 MB\tcut off");

        var again = new Supervisor(new FrameCheck(), seed: 1, _ => { }).Run(10, 60, new ResultsFile(path));

        Assert.Equal(harmless.Select(block => block.ToString()), again.Take(3).Select(block => block.ToString()));
        Assert.Empty(again[3].Faults);
        Assert.Equal(10, again[4].Kinds["marked"]);
        Assert.DoesNotContain("cut off", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(10, again[5].Kinds.Values.Sum());
    }
}
