namespace JustAlexNet.Campaigns.Frame.Tests;

public sealed class CaseRunnerTests
{
    [Fact]
    public void A_case_draws_what_its_seed_and_number_say_and_nothing_else()
    {
        var whole = Draws(seed: 1, from: 0, count: 200);

        Assert.Equal(whole.Skip(150), Draws(seed: 1, from: 150, count: 50));
        Assert.NotEqual(whole, Draws(seed: 2, from: 0, count: 200));
        Assert.Equal(200, whole.Distinct().Count());
    }

    private static List<string> Draws(int seed, long from, long count) => [.. CaseRunner.Run(new Drawing(), seed, from, count, folder: "").Select(end => end.Kind)];

    private sealed class Drawing : Campaign
    {
        public override string Name => "drawing";

        public override string About => "";

        public override long StandardCount => 1;

        public override CaseOutcome Run(CaseContext context) => new($"{context.Random.Next()}");
    }
}
