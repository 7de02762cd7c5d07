using JustAlexNet.Inference;

namespace JustAlexNet.Transfer.Tests;

public sealed class GradientHeadTests
{
    [Theory]
    [InlineData(HeadOptimiserKind.Adam, 0.05)]
    [InlineData(HeadOptimiserKind.Sgd, 0.05)]
    public void Classes_that_a_line_divides_are_learnt(HeadOptimiserKind optimiser, double rate)
    {
        var loop = new GradientHead(Corners([6, 6, 5]), 3, Options(Sampling.Uniform) with { Optimiser = optimiser, LearningRate = rate }, seed: 0);
        var first = loop.Epoch(0).Loss;
        var last = (Loss: first, Top1: 0.0, TopK: 0.0);
        for (var epoch = 1; epoch < 40; epoch++) last = loop.Epoch(epoch);
        Assert.Equal(1, last.Top1);
        Assert.True(last.Loss < first / 3, $"{first} -> {last.Loss}");
    }

    [Fact]
    public void Equal_seeds_give_equal_heads_and_others_do_not()
    {
        double[] Weights(long seed)
        {
            var loop = new GradientHead(Corners([5, 5]), 2, Options(Sampling.Weighted), seed);
            loop.Epoch(0);
            return loop.Head.Weight;
        }
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
    }

    [Fact]
    public void Weighted_sampling_shows_a_rare_class_as_often_as_a_frequent_one()
    {
        // The bias tells how often a class was seen: features are all alike, so nothing else can be learned.
        double Preference(Sampling sampler)
        {
            var table = new FeatureTable([.. Enumerable.Repeat(0, 95), .. Enumerable.Repeat(1, 5)], 1, 1, [.. new float[100].Chunk(1)]);
            var loop = new GradientHead(table, 2, Options(sampler) with { LearningRate = 0.05, BatchSize = 20 }, seed: 0);
            for (var epoch = 0; epoch < 60; epoch++) loop.Epoch(epoch);
            var logits = loop.Head.Bias;
            Softmax.Apply(logits);
            return logits[1];
        }
        Assert.InRange(Preference(Sampling.Weighted), 0.35, 0.65);
        Assert.InRange(Preference(Sampling.Uniform), 0, 0.15);
    }

    [Theory]
    [InlineData(1)]         // one picture in all
    [InlineData(9)]         // a last batch of one
    [InlineData(3)]         // less than a batch
    public void Any_number_of_pictures_makes_an_epoch(int pictures)
    {
        var table = new FeatureTable([.. Enumerable.Range(0, pictures).Select(i => i % 2)], 1, 2, [.. Enumerable.Range(0, 2 * pictures).Select(i => (float)i).Chunk(2)]);
        var (loss, top1, topK) = new GradientHead(table, 12, Options(Sampling.Uniform), seed: 0).Epoch(0);      // more classes than a batch has pictures
        Assert.True(double.IsFinite(loss));
        Assert.InRange(top1, 0, topK);
    }

    [Fact]
    public void Of_several_views_all_are_drawn()
    {
        // Class 0 looks different in its second view only: a head that never saw it could not tell it from class 1.
        var table = new FeatureTable([0, 0, 1, 1], 2, 2, [[1, 0], [0, 1], [1, 0], [0, 1], [-1, 0], [-1, 0], [-1, 0], [-1, 0]]);
        var loop = new GradientHead(table, 2, Options(Sampling.Uniform) with { LearningRate = 0.1 }, seed: 0);
        for (var epoch = 0; epoch < 50; epoch++) loop.Epoch(epoch);
        var logits = new double[2];
        loop.Head.Apply([0, 1], logits);
        Assert.True(logits[0] > logits[1] + 1);
    }

    private static HeadOptions Options(Sampling sampler) => new() { Kind = HeadKind.Linear, Sampler = sampler };

    // Class k stands around the k-th unit vector.
    private static FeatureTable Corners(int[] counts)
    {
        int[] labels = [.. counts.SelectMany((count, label) => Enumerable.Repeat(label, count))];
        return new FeatureTable(labels, 1, counts.Length, [.. labels.SelectMany((label, i) => Enumerable.Range(0, counts.Length).Select(k => (k == label ? 1f : 0f) + 0.01f * i)).Chunk(counts.Length)]);
    }
}
