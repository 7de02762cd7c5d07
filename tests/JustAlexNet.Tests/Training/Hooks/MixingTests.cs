using JustAlexNet.Inference;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class MixingTests
{
    private const int Count = 4, Side = 10, Classes = 5;

    [Fact]
    public void Mixup_is_a_share_of_each_picture_and_the_rest_of_the_one_before_it()
    {
        using var scope = NewDisposeScope();
        var (input, before) = Input();
        Mixup.Apply(input, 0.3);
        var (mixed, each) = (Same.Doubles(input), before.Length / Count);
        Same.Within(1e-12, [.. Enumerable.Range(0, before.Length).Select(i => 0.3 * before[i] + 0.7 * before[(i + before.Length - each) % before.Length])], mixed, "mixed");
    }

    [Fact]
    public void Cutmix_pastes_a_rectangle_of_the_picture_before_and_tells_what_stayed()
    {
        var cut = 0;
        for (var draw = 0; draw < 200; draw++)
        {
            using var scope = NewDisposeScope();
            var (input, before) = Input();
            var share = Cutmix.Apply(input, 0.4, new SampleRandom(0, draw, 0));
            var (mixed, each) = (Same.Doubles(input), before.Length / Count);
            var changed = Enumerable.Range(0, before.Length).Where(i => mixed[i] != before[i]).ToList();
            Assert.All(changed, i => Assert.Equal(before[(i + before.Length - each) % before.Length], mixed[i]));
            Assert.Equal((1 - share) * before.Length, changed.Count, 1e-9);
            var places = changed.Where(i => i < Side * Side).Select(i => (Row: i / Side, Column: i % Side)).ToList();
            if (places.Count == 0) continue;
            cut++;
            Assert.Equal(places.Count, (places.Max(p => p.Row) - places.Min(p => p.Row) + 1) * (places.Max(p => p.Column) - places.Min(p => p.Column) + 1));      // a full rectangle
            Assert.InRange(1 - share, 0, 0.36 + 1e-9);       // int(10 sqrt(0.6) / 2) = 3 on either side
        }
        Assert.InRange(cut, 190, 200);
    }

    [Fact]
    public void Targets_are_the_shares_of_the_two_classes()
    {
        using var scope = NewDisposeScope();
        var (input, before) = Input();
        var labels = tensor([3L, 1, 4, 1]);
        var (mixed, targets) = new Mixing(new MixingOptions { MixupAlpha = 0.4 }, seed: 7).Prepare(input, new Targets(labels), Classes, new TrainingPosition(1, 2));
        var shares = Same.Doubles(targets.Shares!);
        var share = (Same.Doubles(mixed)[0] - before[^(before.Length / Count)]) / (before[0] - before[^(before.Length / Count)]);
        Assert.InRange(share, 0.0001, 0.9999);
        Assert.Equal([share, 1 - share], [shares[3], shares[1]], new Near());
        Assert.Equal([1.0, 1, 1, 1], Enumerable.Range(0, Count).Select(row => shares.Skip(row * Classes).Take(Classes).Sum()), new Near());
        Assert.Equal(share >= 0.5 ? [3L, 1, 4, 1] : [1L, 3, 1, 4], targets.Labels.data<long>().ToArray());
    }

    [Fact]
    public void A_batch_is_mixed_by_seed_epoch_and_step_alone()
    {
        var options = new MixingOptions { MixupAlpha = 1, CutmixAlpha = 1 };
        var first = Mixed(3, new(1, 5));
        Assert.Equal(first, Mixed(3, new(1, 5)));
        Assert.Equal(4, new[] { first, Mixed(4, new(1, 5)), Mixed(3, new(2, 5)), Mixed(3, new(1, 6)) }.Select(values => string.Join(' ', values)).Distinct().Count());

        double[] Mixed(long seed, TrainingPosition at)
        {
            using var scope = NewDisposeScope();
            var (input, targets) = new Mixing(options, seed).Prepare(Input().Input, new Targets(tensor([3L, 1, 4, 1])), Classes, at);
            return [.. Same.Doubles(input), .. Same.Doubles(targets.Shares!)];
        }
    }

    [Fact]
    public void Of_both_each_is_taken_for_about_half_of_the_batches()
    {
        var cuts = Enumerable.Range(0, 400).Count(step =>
        {
            using var scope = NewDisposeScope();
            var (input, before) = Input();
            var (mixed, _) = new Mixing(new MixingOptions { MixupAlpha = 1, CutmixAlpha = 1 }, 0).Prepare(input, new Targets(tensor([3L, 1, 4, 1])), Classes, new(0, step));
            return Same.Doubles(mixed).Zip(before).Count(pair => pair.First == pair.Second) > before.Length / 20 || before.ToHashSet().Contains(Same.Doubles(mixed)[0]);
        });
        Assert.InRange(cuts, 160, 240);
    }

    [Fact]
    public void Channels_last_pictures_stay_channels_last()
    {
        using var scope = NewDisposeScope();
        var input = Runtime.Layout.ChannelsLast(rand(4, 3, 8, 8));
        var stride = input.stride();
        var (mixed, _) = new Mixing(new MixingOptions { MixupAlpha = 1 }, 0).Prepare(input, new Targets(tensor([3L, 1, 4, 1])), Classes, new(0, 0));
        Assert.Equal(stride, mixed.stride());
    }

    [Theory]
    [InlineData(0.2), InlineData(1.0), InlineData(4.0)]
    public void Shares_have_the_moments_of_the_Beta_distribution(double alpha)
    {
        const int draws = 20000;
        var random = new SampleRandom(11, 0, 0);
        var values = Enumerable.Range(0, draws).Select(_ => BetaDistribution.Draw(random, alpha)).ToList();
        Assert.All(values, value => Assert.InRange(value, 0, 1));
        var variance = 1 / (4 * (2 * alpha + 1));
        Assert.Equal(0.5, values.Average(), 4 * Math.Sqrt(variance / draws));
        Assert.Equal(variance, values.Average(value => (value - 0.5) * (value - 0.5)), 4 * Math.Sqrt(variance / 4 / draws));     // (x - 1/2)² is at most 1/4
    }

    [Theory]
    [InlineData(0.001), InlineData(1000.0)]
    public void Extreme_parameters_give_numbers_too(double alpha)
    {
        var random = new SampleRandom(1, 0, 0);
        var far = Enumerable.Range(0, 500).Select(_ => Math.Abs(BetaDistribution.Draw(random, alpha) - 0.5)).Average();
        Assert.InRange(far, alpha < 1 ? 0.49 : 0, alpha < 1 ? 0.5 : 0.02);
    }

    [Fact]
    public void Values_out_of_range_are_named() => Assert.Equal(
        ["`mixup_alpha` is -1, expected 0 (off) or more", "`mixup_alpha` and `cutmix_alpha` are both 0: there is nothing to mix"],
        [.. new MixingOptions { MixupAlpha = -1 }.Faults(), .. new MixingOptions().Faults()]);

    private static (Tensor Input, double[] Values) Input()
    {
        var values = Reference.Uniform("mixing", Count * 3L * Side * Side).Select(value => (double)value).ToArray();
        return (tensor(values).reshape(Count, 3, Side, Side), values);
    }

    private sealed class Near : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-9;

        public int GetHashCode(double value) => 0;
    }
}
