using JustAlexNet.Inference;

namespace JustAlexNet.Data.Tests;

public sealed class EpochPlanTests
{
    private static readonly Sample[] Samples = [.. Enumerable.Range(0, 23).Select(i => new Sample($"{i}.jpg", 0))];

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(6), InlineData(8)]
    public void Ranks_take_the_slices_in_turn_and_together_all_of_them(int ranks)
    {
        var order = EpochOrder.Permutation(4, 2, Samples.Length);
        var whole = new EpochPlan(Samples, 2, order, BatchSize: 4, Slices: 6);
        var taken = new int[whole.Batches][];
        for (var rank = 0; rank < ranks; rank++)
        {
            var plan = whole with { Rank = rank, Ranks = ranks };
            Assert.InRange(plan.Batches, 6 / ranks, (6 + ranks - 1) / ranks);
            for (var batch = 0; batch < plan.Batches; batch++)
            {
                Assert.Null(taken[batch * ranks + rank]);
                taken[batch * ranks + rank] = plan.IndicesOf(batch);
            }
        }
        Assert.Equal(Enumerable.Range(0, 6).Select(whole.IndicesOf), taken);
        Assert.Equal(order, taken.SelectMany(indices => indices));
        Assert.Equal(3, taken[5].Length);
    }

    [Fact]
    public void Streams_go_by_the_sample_or_where_it_may_come_again_by_its_place_in_the_epoch()
    {
        var plan = new EpochPlan(Samples, 0, EpochOrder.Permutation(1, 0, Samples.Length), BatchSize: 4, Slices: 6) { Rank = 1, Ranks = 2 };
        Assert.Equal(17, plan.StreamOf(2, 1, index: 17));
        Assert.Equal((2 * 2 + 1) * 4 + 1, (plan with { Repeats = true }).StreamOf(2, 1, index: 17));
    }
}
