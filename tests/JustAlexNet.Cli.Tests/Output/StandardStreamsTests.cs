namespace JustAlexNet.Cli.Output.Tests;

public sealed class StandardStreamsTests
{
    [Theory]
    [InlineData("pos:\t0\nflags:\t0100002\nmnt_id:\t25\n", true)]          // a terminal
    [InlineData("pos:\t0\nflags:\t01\nmnt_id:\t15\n", true)]                // a pipe of the shell
    [InlineData("pos:\t0\nflags:\t02000001\nmnt_id:\t15\n", false)]         // a pipe of the runtime: close-on-exec
    [InlineData("pos:\t0\nflags:\t02100000\nmnt_id:\t15\n", false)]
    [InlineData(null, false)]
    public void Stream_of_the_caller_is_told_from_a_file_that_took_its_number(string? description, bool given) => Assert.Equal(given, StandardStreams.IsGiven(description));
}
