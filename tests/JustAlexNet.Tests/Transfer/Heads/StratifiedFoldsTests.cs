namespace JustAlexNet.Transfer.Tests;

public sealed class StratifiedFoldsTests
{
    private static readonly int[] Labels = [.. Enumerable.Repeat(0, 11), .. Enumerable.Repeat(1, 4), 2];

    [Fact]
    public void Every_fold_has_its_share_of_every_class()
    {
        var folds = StratifiedFolds.Assign(Labels, 5, seed: 0);
        for (var label = 0; label < 3; label++)
        {
            var counts = Enumerable.Range(0, 5).Select(fold => folds.Where((f, i) => f == fold && Labels[i] == label).Count()).ToList();
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }
        var sizes = folds.CountBy(fold => fold).Select(entry => entry.Value).ToList();
        Assert.Equal(5, sizes.Count);
        Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
    }

    [Fact]
    public void Seed_alone_decides()
    {
        Assert.Equal(StratifiedFolds.Assign(Labels, 5, seed: 3), StratifiedFolds.Assign(Labels, 5, seed: 3));
        Assert.NotEqual(StratifiedFolds.Assign(Labels, 5, seed: 3), StratifiedFolds.Assign(Labels, 5, seed: 4));
    }

    [Fact]
    public void A_fold_and_the_rest_make_the_whole()
    {
        var (inside, outside) = StratifiedFolds.Divide([0, 1, 0, 2], 0);
        Assert.Equal([1, 3], inside);
        Assert.Equal([0, 2], outside);
    }
}
