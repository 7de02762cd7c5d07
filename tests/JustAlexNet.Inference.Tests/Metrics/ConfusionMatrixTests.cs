namespace JustAlexNet.Inference.Tests;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Counts_stand_with_true_classes_as_rows()
    {
        var matrix = Example();
        Assert.Equal([3, 1, 0], matrix.Row(0).ToArray());
        Assert.Equal([3, 0, 2], matrix.Column(0));
        Assert.Equal([4, 0, 2], matrix.RowSums());
        Assert.Equal([5, 1, 0], matrix.ColumnSums());
        Assert.Equal((6, 3), (matrix.Total, matrix.Correct));
    }

    [Fact]
    public void Merge_adds_and_leaves_the_other_alone()
    {
        var (first, second) = (Example(), Example());
        first.Merge(second);
        Assert.Equal(12, first.Total);
        Assert.Equal(6, second.Total);
    }

    [Fact]
    public void Merge_of_other_classes_is_refused() =>
        Assert.Throws<ArgumentException>(() => Example().Merge(new ConfusionMatrix(["cat", "owl", "dog"])));

    [Fact]
    public void Indices_that_are_no_class_are_refused()
    {
        var matrix = Example();
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add(0, 0, -1));
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix([]));
        Assert.Equal(6, matrix.Total);
    }

    [Fact]
    public void Counts_beyond_the_range_of_int_are_kept()
    {
        var matrix = Example();
        matrix.Add(1, 1, 5_000_000_000);
        Assert.Equal(5_000_000_006, matrix.Total);
    }

    [Fact]
    public void Two_classes_may_share_a_name()
    {
        var matrix = new ConfusionMatrix(["crane", "crane"]);   // as the bird and the machine in ImageNet
        matrix.Add(0, 1);
        Assert.Equal([0, 1], matrix.Row(0).ToArray());
    }

    private static ConfusionMatrix Example() => TestMatrix.Example();
}
