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

    [Fact]
    public void Weighted_order_draws_every_class_as_often_as_every_other_and_repeats_for_seed_and_epoch_alone()
    {
        int[] labels = [.. Enumerable.Repeat(0, 900), .. Enumerable.Repeat(2, 90), .. Enumerable.Repeat(5, 10)];
        var order = EpochOrder.Weighted(3, 1, labels);
        Assert.Equal(labels.Length, order.Length);
        Assert.All(order.CountBy(place => labels[place]), count => Assert.Equal(1000.0 / 3, count.Value, 4 * Math.Sqrt(1000 * 2.0 / 9)));
        Assert.Equal(3, order.Select(place => labels[place]).Distinct().Count());
        Assert.Equal(10, order.Where(place => labels[place] == 5).Distinct().Count());
        Assert.Equal(order, EpochOrder.Weighted(3, 1, labels));
        Assert.NotEqual(order, EpochOrder.Weighted(3, 2, labels));
        Assert.NotEqual(order, EpochOrder.Weighted(4, 1, labels));
    }
}
