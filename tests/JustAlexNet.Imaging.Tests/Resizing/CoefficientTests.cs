namespace JustAlexNet.Imaging.Resizing.Tests;

public sealed class CoefficientTests
{
    [Theory, InlineData(400, 224, Interpolation.Bilinear), InlineData(64, 224, Interpolation.Bicubic), InlineData(7, 3, Interpolation.Bicubic)]
    public void Weights_of_a_pixel_add_up_to_one(int source, int target, Interpolation interpolation)
    {
        var coefficients = new Coefficients(new(source, target, 0, target, interpolation));
        for (var i = 0; i < target; i++)
        {
            var weights = coefficients.Weights(i).ToArray();
            Assert.InRange(weights.Sum(), (1 << Coefficients.Places) - weights.Length, (1 << Coefficients.Places) + weights.Length);
            Assert.InRange(coefficients.Start(i) + weights.Length, 1, source);
        }
    }

    [Fact]
    public void A_window_of_a_table_has_the_weights_of_the_whole()
    {
        var whole = new Coefficients(new(400, 224, 0, 224, Interpolation.Bicubic));
        var window = new Coefficients(new(400, 224, 100, 24, Interpolation.Bicubic));
        for (var i = 0; i < 24; i++)
        {
            Assert.Equal(whole.Start(100 + i), window.Start(i));
            Assert.Equal(whole.Weights(100 + i).ToArray(), window.Weights(i).ToArray());
        }
    }

    [Fact]
    public void A_size_that_repeats_gets_the_same_table_and_another_size_another()
    {
        var key = new AxisKey(401, 223, 0, 223, Interpolation.Bilinear);
        Assert.Same(CoefficientCache.Get(key), CoefficientCache.Get(key));
        Assert.NotSame(CoefficientCache.Get(key), CoefficientCache.Get(key with { Interpolation = Interpolation.Bicubic }));
    }
}
