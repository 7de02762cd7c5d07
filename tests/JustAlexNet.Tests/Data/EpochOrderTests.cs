namespace JustAlexNet.Data.Tests;

public sealed class EpochOrderTests
{
    [Fact]
    public void Order_visits_every_sample_once() =>
        Assert.Equal(Enumerable.Range(0, 1000), EpochOrder.Permutation(0, 0, 1000).Order());

    [Fact]
    public void Order_repeats_for_the_same_seed_and_epoch_and_for_no_other()
    {
        var order = EpochOrder.Permutation(5, 2, 100);
        Assert.Equal(order, EpochOrder.Permutation(5, 2, 100));
        Assert.NotEqual(order, EpochOrder.Permutation(5, 3, 100));
        Assert.NotEqual(order, EpochOrder.Permutation(6, 2, 100));
    }

    [Fact]
    public void All_orders_of_three_are_equally_likely()
    {
        var counts = Enumerable.Range(0, 6000).CountBy(epoch => string.Concat(EpochOrder.Permutation(0, epoch, 3))).ToArray();
        Assert.Equal(6, counts.Length);
        Assert.All(counts, count => Assert.Equal(1000, count.Value, 4 * Math.Sqrt(1000)));
    }

    [Fact]
    public void Order_of_nothing_is_empty() => Assert.Empty(EpochOrder.Permutation(0, 0, 0));
}
