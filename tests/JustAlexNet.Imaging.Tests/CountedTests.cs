namespace JustAlexNet.Imaging.Tests;

public sealed class CountedTests
{
    [Theory]
    [InlineData(1, "thread", "1 thread")]
    [InlineData(2, "thread", "2 threads")]
    [InlineData(0, "photo", "0 photos")]
    [InlineData(1234567, "picture", "1,234,567 pictures")]
    [InlineData(2, "class", "2 classes")]
    [InlineData(2, "class folder", "2 class folders")]
    [InlineData(3, "entry", "3 entries")]
    [InlineData(3, "key", "3 keys")]
    [InlineData(3, "box", "3 boxes")]
    [InlineData(3, "batch", "3 batches")]
    [InlineData(2, "epoch", "2 epochs")]
    [InlineData(2, "GPU", "2 GPUs")]
    public void One_is_singular_and_all_else_plural(long count, string thing, string text) => Assert.Equal(text, Counted.Of(count, thing));

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(3 * 1024 + 512, "3.5 KiB")]
    [InlineData(300 << 10, "0.3 MiB")]
    [InlineData(42_700_000, "41 MiB")]
    [InlineData(100 << 20, "0.1 GiB")]
    [InlineData(7_730_941_133, "7.2 GiB")]
    public void Bytes_take_the_unit_that_shows_a_tenth(long bytes, string text) => Assert.Equal(text, Counted.Bytes(bytes));
}
