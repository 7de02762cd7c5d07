namespace JustAlexNet.Cli.Output.Tests;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("runs/a-1_b.pth", "runs/a-1_b.pth")]
    [InlineData("照片", "照片")]
    [InlineData("my photos", "'my photos'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("a;rm", "'a;rm'")]
    [InlineData("~x", "'~x'")]
    [InlineData("", "''")]
    public void Word_can_be_pasted_into_a_shell(string text, string word)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Quotes are double on Windows.");
        Assert.Equal(word, ShellWord.Of(text));
    }
}
