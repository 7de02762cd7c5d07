namespace JustAlexNet.Transfer.Tests;

public sealed class HeadMemoryTests
{
    private static readonly HeadMemory Large = new(Pictures: 100_000, Held: 0, Views: 12, Width: 1920, Classes: 100);

    [Fact]
    public void What_does_not_fit_says_what_it_needs_and_what_needs_less()
    {
        var fault = Assert.Throws<TransferException>(() => Large.Require(HeadKind.Logistic, 24e9));
        Assert.Equal(
            "100,000 photos in 12 views of 1,920 features need 85.8 GB of memory for a logistic head, there are 24 GB.\n" +
            "Less need: `head` linear (9.2 GB), `views` 1 (7.2 GB), fewer photos.", fault.Message);
        Large.Require(HeadKind.Linear, 24e9);
        Large.Require(HeadKind.Logistic, 100e9);
        Assert.EndsWith("\nLess need: fewer photos.", Assert.Throws<TransferException>(() => Large.Require(HeadKind.Logistic, 1e9)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Head_of_more_numbers_than_an_array_holds_is_refused() =>
        Assert.StartsWith("a head of 25,000 classes x 100,352 features has more than the 2,147,483,591 numbers that fit into an array.",
            Assert.Throws<TransferException>(() => new HeadMemory(10, 0, 1, 100_352, 25_000).Require(HeadKind.Linear, double.MaxValue)).Message, StringComparison.Ordinal);

    [Fact]
    public void Table_of_more_numbers_than_an_array_holds_is_read_taken_and_standardised_in_parts()
    {
        // 2.4 billion numbers that share their rows: what counts is that no product of sizes is taken in 32 bits.
        var (even, odd) = (new float[200_000], new float[200_000]);
        Array.Fill(odd, 2);
        var table = new FeatureTable(new int[12_000], views: 1, even.Length, [.. Enumerable.Range(0, 12_000).Select(i => i % 2 == 0 ? even : odd)]);
        Assert.Equal(2, table.Row(11_999, 0)[199_999]);
        Assert.Equal([4096, 4096, 3808], table.Blocks().Select(block => block.Count));
        Assert.Equal(2, table.Take([11_999]).Row(0, 0)[7]);
        var head = new LinearHead(new double[even.Length], [1]);
        Assert.Equal(12_000, table.Blocks().Sum(block => head.Logits(block).Length));
    }
}
