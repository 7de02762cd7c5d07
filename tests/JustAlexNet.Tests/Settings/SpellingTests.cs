namespace JustAlexNet.Settings.Tests;

public sealed class SpellingTests
{
    private static readonly string[] Known = ["--model", "--momentum", "--epochs", "--lr", "--lr-backbone", "--warmup-epochs", "--warmup-steps"];

    [Theory]
    [InlineData("--modle", "--model")]
    [InlineData("--momntum", "--momentum")]
    [InlineData("--EPOCHS", "--epochs")]
    [InlineData("--rl", "--lr")]
    [InlineData("--mome", "--momentum")]
    [InlineData("--lr-b", "--lr-backbone")]
    public void Word_with_a_slip_is_guessed(string word, string meant) => Assert.Equal(meant, Spelling.Nearest(word, Known));

    [Theory]
    [InlineData("--gradient-clipping")]
    [InlineData("zz")]
    [InlineData("--warm")]
    [InlineData("")]
    [InlineData("photos")]
    public void Word_unlike_any_is_not_guessed(string word) => Assert.Null(Spelling.Nearest(word, Known));
}
