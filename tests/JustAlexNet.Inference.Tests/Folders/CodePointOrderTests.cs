namespace JustAlexNet.Inference.Tests;

public sealed class CodePointOrderTests
{
    [Fact]
    public void Characters_beyond_the_basic_plane_come_after_all_others()
    {
        string[] names = ["𠮷", "Ａ", "b", "a", "中"];   // U+20BB7, U+FF21
        Assert.Equal(["a", "b", "中", "Ａ", "𠮷"], names.Order(CodePointOrder.Instance));
        Assert.Equal("𠮷", names.Order(StringComparer.Ordinal).SkipLast(1).Last());   // .NET's own order is another
    }

    [Fact]
    public void Order_is_that_of_runes()
    {
        var random = new SampleRandom(0, 0, 0);
        string[] letters = ["a", "Z", "é", "中", "\uE000", "Ａ", "\uFFFD", "𠮷", "😀"];
        for (var i = 0; i < 2000; i++)
        {
            var (x, y) = (Word(), Word());
            var runes = x.EnumerateRunes().Select(r => r.Value).ToArray().AsSpan().SequenceCompareTo(y.EnumerateRunes().Select(r => r.Value).ToArray());
            Assert.Equal(Math.Sign(runes), Math.Sign(CodePointOrder.Instance.Compare(x, y)));
        }

        string Word() => string.Concat(Enumerable.Range(0, random.NextInt(4)).Select(_ => letters[random.NextInt(letters.Length)]));
    }
}
