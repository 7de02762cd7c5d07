namespace JustAlexNet.Training.Tests;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void Loss_has_words_of_its_own_where_validation_measures_another()
    {
        var options = new TrainingOptions();
        Assert.Null(options.LossBesidePlain);
        Assert.Equal("smoothed cross-entropy", (options with { Loss = new CrossEntropyOptions { LabelSmoothing = 0.1 } }).LossBesidePlain);
        Assert.Equal("weighted bce", (options with { Loss = new BinaryCrossEntropyOptions { ClassWeights = ClassWeighting.Balanced } }).LossBesidePlain);
        Assert.Equal("mixed cross-entropy", (options with { Hooks = [new MixingOptions { MixupAlpha = 0.2 }, new WeightAverageOptions { Decay = 0.9 }] }).LossBesidePlain);
        Assert.Null((options with { Hooks = [new WeightAverageOptions { Decay = 0.9 }] }).LossBesidePlain);
    }
}
