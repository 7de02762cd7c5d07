namespace JustAlexNet.Data.Tests;

public sealed class SplitChoiceTests
{
    [Theory]
    [InlineData(100, new[] { 70, 15, 15 }), InlineData(10, new[] { 7, 2, 1 }), InlineData(3, new[] { 1, 1, 1 }), InlineData(4, new[] { 2, 1, 1 }), InlineData(2, new[] { 2, 0, 0 })]
    public void Class_is_given_out_by_shares_and_comes_into_every_part_if_it_can(int count, int[] expected) => Assert.Equal(expected, SplitChoice.Wanted(count, [0.7, 0.15, 0.15]));

    [Fact]
    public void Single_pictures_fill_every_part_to_the_number_wanted()
    {
        var random = new Random(1);
        List<SplitUnit> units = [.. Enumerable.Range(0, 333).Select(i => Unit(random, i, [i % 3]))];
        var chosen = SplitChoice.Of(units, 3, [0.7, 0.15, 0.15]);
        for (var label = 0; label < 3; label++)
            Assert.Equal(SplitChoice.Wanted(111, [0.7, 0.15, 0.15]), Enumerable.Range(0, 3).Select(part => units.Zip(chosen).Count(entry => entry.First.Classes.ContainsKey(label) && entry.Second == part)));
    }

    [Fact]
    public void Large_groups_stay_whole_and_the_shares_come_near()
    {
        var random = new Random(2);
        List<SplitUnit> units = [];
        for (var i = 0; i < 1000;)
        {
            var size = random.Next(1, 21);
            units.Add(Unit(random, i, [.. Enumerable.Range(0, size).Select(_ => random.Next(4))]));
            i += size;
        }
        var chosen = SplitChoice.Of(units, 4, [0.7, 0.15, 0.15]);
        for (var label = 0; label < 4; label++)
        {
            var all = units.Sum(unit => unit.Classes.GetValueOrDefault(label));
            foreach (var (part, share) in new[] { 0.7, 0.15, 0.15 }.Index())
                Assert.InRange(units.Zip(chosen).Where(entry => entry.Second == part).Sum(entry => entry.First.Classes.GetValueOrDefault(label)) / (double)all, share - 0.03, share + 0.03);
        }
    }

    [Fact]
    public void Class_of_few_large_groups_comes_into_every_part()
    {
        var random = new Random(3);
        List<SplitUnit> units = [Unit(random, 0, new int[50]), Unit(random, 50, new int[40]), Unit(random, 90, new int[5])];
        Assert.Equal([0, 1, 2], SplitChoice.Of(units, 1, [0.7, 0.15, 0.15]).Order());
    }

    private static SplitUnit Unit(Random random, int first, int[] labels) => new((ulong)random.NextInt64(), [.. Enumerable.Range(first, labels.Length)], labels.CountBy(label => label).ToDictionary());
}
