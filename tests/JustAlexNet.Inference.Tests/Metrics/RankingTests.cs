namespace JustAlexNet.Inference.Tests;

public sealed class RankingTests
{
    [Fact]
    public void Larger_values_come_first_and_of_equal_ones_the_lower_index()
    {
        double[] values = [1, 3, 2, 3, -1];
        Assert.Equal([1, 3, 2, 0, 4], Ranking.First<double>(values, 9));
        Assert.Equal([1, 3], Ranking.First<double>(values, 2));
        Assert.Equal(1, Ranking.Best<double>(values));
        Assert.Equal([3, 0, 2, 1, 4], Enumerable.Range(0, 5).Select(i => Ranking.PlaceOf<double>(values, i)));
    }
}
