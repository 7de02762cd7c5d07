using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data.Tests;

public sealed class LoaderOptionsTests
{
    private static readonly Sample[] One = [new("a.jpg", 0)];

    [Fact]
    public void All_faults_are_reported_together()
    {
        var options = new LoaderOptions { BatchSize = 0, Workers = -1, Prefetch = 0 };
        var fault = Assert.Throws<ArgumentException>(() => Loader.Evaluation(One, Preprocessing.Squash(8), options));
        Assert.Equal(
            "LoaderOptions: 3 faults.  BatchSize is 0, expected 1 or more.  Workers is -1, expected 0 to 512, or null.  Prefetch is 0, expected 1 or more.",
            fault.Message);
    }

    [Fact]
    public void Measuring_never_drops_pictures() =>
        Assert.StartsWith("DropLast would leave pictures unmeasured.",
            Assert.Throws<ArgumentException>(() => Loader.Evaluation(One, Preprocessing.Squash(8), new() { DropLast = true })).Message, StringComparison.Ordinal);

    [Fact]
    public void Loader_of_nothing_is_refused() =>
        Assert.Equal("samples", Assert.Throws<ArgumentException>(() => Loader.Evaluation([], Preprocessing.Squash(8))).ParamName);

    [Fact]
    public void Limit_of_bad_images_is_not_negative() =>
        Assert.Equal("limit", Assert.Throws<ArgumentOutOfRangeException>(() => BadImages.Skip(-1)).ParamName);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(16, 4, 15)]
    [InlineData(64, 16, 16)]
    public void Automatic_workers_leave_the_cores_to_a_network_that_runs_on_them(int cores, int besideCpu, int besideGpu)
    {
        Assert.Equal(besideCpu, new LoaderOptions().WorkersOn(cores));
        Assert.Equal(besideGpu, new LoaderOptions { Pin = true }.WorkersOn(cores));
        Assert.Equal(5, new LoaderOptions { Workers = 5 }.WorkersOn(cores));
    }
}
