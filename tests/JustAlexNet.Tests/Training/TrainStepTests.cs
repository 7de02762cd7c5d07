using JustAlexNet.Engines;
using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class TrainStepTests : TrainerTestBase
{
    private static readonly Preprocessing Preprocessing = Preprocessing.Squash(63);

    [Fact]
    public void Plain_step_has_the_bits_of_its_five_calls_written_out()
    {
        using var batch = new Pictures(4);
        using var stepped = Fresh();
        using var written = Fresh();
        using var optimiser = new Sgd(stepped.Parameters);
        using var other = new Sgd(written.Parameters);
        using var loss = new CrossEntropyOptions().Create([], ComputeDevice.Cpu);
        var step = new TrainStep(stepped, optimiser, Preprocessing, Precision.Fp32, loss);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(4, step.Run(batch.Pixels, batch.Labels, 0.01));
            using var scope = NewDisposeScope();
            nn.functional.cross_entropy(written.Forward(NetworkInput.From(batch.Pixels, Preprocessing, ComputeDevice.Cpu), training: true), batch.Labels).backward();
            other.Step(0.01);
            other.ClearGradients();
        }
        Same.Bits(written.State, stepped.State);
    }

    [Theory]
    [InlineData("cross_entropy", ClassWeighting.None)]
    [InlineData("cross_entropy", ClassWeighting.Balanced)]
    [InlineData("bce", ClassWeighting.None)]
    public void Batches_of_unlike_size_added_up_give_the_gradient_of_one_large_batch(string name, ClassWeighting weighting)
    {
        LossOptions options = name == "bce" ? new BinaryCrossEntropyOptions() : new CrossEntropyOptions();
        options = options with { ClassWeights = weighting, LabelSmoothing = 0.1 };
        using var batch = new Pictures(7);
        var (whole, parts, uneven) = (Update([7], 1), Update([3, 3, 1], 3), Update([3, 4], 4));
        Same.Within(2e-5, whole, parts, "3 + 3 + 1, all that an update has");
        Same.Within(2e-5, whole, uneven, "3 + 4, fewer than an update has");
        Assert.NotEqual(whole, Update([3, 4], 2, weighsAlike: true));      // the mean of two means is another number

        double[] Update(int[] sizes, int accumulate, bool weighsAlike = false)
        {
            using var network = Fresh();
            using var optimiser = new Sgd(network.Parameters, momentum: 0, weightDecay: 0);
            using var loss = options.Create([4, 2, 1], ComputeDevice.Cpu);
            var step = new TrainStep(network, optimiser, Preprocessing, Precision.Fp32, loss) { Accumulate = accumulate };
            var start = 0;
            foreach (var size in sizes)
            {
                using var scope = NewDisposeScope();
                if (weighsAlike) loss.Of(network.Forward(NetworkInput.From(batch.Pixels.narrow(0, start, size), Preprocessing, ComputeDevice.Cpu), training: true), new Targets(batch.Labels.narrow(0, start, size))).mul(1.0 / sizes.Length).backward();
                else _ = step.Add(batch.Pixels.narrow(0, start, size), batch.Labels.narrow(0, start, size).clone());
                start += size;
            }
            if (weighsAlike) optimiser.Step(1);
            else step.Update(1);
            return [.. Head(network)];
        }
    }

    [Fact]
    public void Accumulated_batches_of_an_epoch_end_where_the_larger_batch_ends_also_with_an_incomplete_last_one()
    {
        // 15 photos: 6 + 6 + 3 against (3 + 3) + (3 + 3) + 3, 4 + 4 + 4 + 3 in twos against 8 + 7.
        Compare(6, 3, 2);
        Compare(8, 4, 2);

        void Compare(int large, int small, int accumulate)
        {
            var options = new TrainingOptions { Epochs = 2, LearningRate = 0.02 };
            using var whole = Begin(options, "alexnet", large, photos: 5);
            using var parts = Begin(options with { Accumulate = accumulate }, "alexnet", small, photos: 5);
            whole.Run();
            parts.Run();
            Assert.Equal(whole.Positions.Count, parts.Positions.Count);
            Same.Within(1e-4, [.. whole.Trainer.History.Select(record => record.TrainLoss)], [.. parts.Trainer.History.Select(record => record.TrainLoss)], "losses");
            Same.Within(1e-4, [.. Head(whole.Network)], [.. Head(parts.Network)], $"{small} x {accumulate}");
        }
    }

    [Fact]
    public void A_step_is_an_update_of_all_its_batches()
    {
        using var loop = Begin(new TrainingOptions { Epochs = 1, Accumulate = 3 }, batch: 3);       // 12 photos: 4 batches
        loop.Run();
        Assert.Equal([new TrainingPosition(0, 3), new TrainingPosition(0, 4)], loop.Positions);
    }

    [Fact]
    public void One_cycle_goes_by_updates_from_end_to_end()
    {
        var schedule = new OneCycleRate();
        using var loop = Begin(new TrainingOptions { Epochs = 3, Accumulate = 2, LearningRate = 0.02, Schedule = schedule }, batch: 3);
        loop.Run();
        var rates = Enumerable.Range(0, 6).Select(update => schedule.Rate(0.02, new SchedulePosition(update, 2, 3))).ToArray();
        Assert.Equal([rates[1], rates[3], rates[5]], loop.Trainer.History.Select(record => record.LearningRate));
        Assert.Equal(rates[1], loop.Rates[0]);
    }

    [Fact]
    public void A_rate_falls_when_the_validation_loss_of_the_run_does_not()
    {
        using var falling = Begin(new TrainingOptions { Epochs = 3, LearningRate = 1e-4, Schedule = new PlateauRate { Patience = 0, Threshold = 0.5 } });
        falling.Run();
        Same.Within(1e-12, [1e-4, 1e-4, 1e-5], [.. falling.Trainer.History.Select(record => record.LearningRate)], "a loss that does not halve is no better");
    }

    [Fact]
    public void Clipping_holds_a_step_to_the_limit()
    {
        using var batch = new Pictures(4);
        Assert.Equal(0.1, Length(limit: 0.1), 1e-3);      // libtorch adds squares up in float32
        Assert.True(Length(limit: null) > 0.2);

        double Length(double? limit)
        {
            using var network = Fresh();
            var before = network.Parameters.Select(parameter => Same.Doubles(parameter.Value)).ToList();
            using var optimiser = new Sgd(network.Parameters, momentum: 0, weightDecay: 0);
            using var loss = new CrossEntropyOptions().Create([], ComputeDevice.Cpu);
            new TrainStep(network, optimiser, Preprocessing, Precision.Fp32, loss) { MaximumNorm = limit }.Run(batch.Pixels, batch.Labels, 1);
            return Math.Sqrt(network.Parameters.Zip(before).Sum(pair => Same.Doubles(pair.First.Value).Zip(pair.Second).Sum(values => (values.First - values.Second) * (values.First - values.Second))));
        }
    }

    [Fact]
    public void Scaled_and_clipped_gradients_are_those_of_the_plain_clipped_step()
    {
        using var batch = new Pictures(4);
        Same.Within(1e-6, Result(null), Result(new GradientScaler(1024)), "clipping comes after the division");

        double[] Result(GradientScaler? scaler)
        {
            using var network = Fresh();
            using var optimiser = new Sgd(network.Parameters, momentum: 0);
            using var loss = new CrossEntropyOptions().Create([], ComputeDevice.Cpu);
            new TrainStep(network, optimiser, Preprocessing, Precision.Fp32, loss) { MaximumNorm = 0.1, Scaler = scaler }.Run(batch.Pixels, batch.Labels, 1);
            return [.. Head(network)];
        }
    }

    private static AlexNet Fresh() => new(Classes, dropout: 0, seed: 5);

    private static IEnumerable<double> Head(Network network) => network.State.Where(entry => entry.Key.StartsWith("classifier.6", StringComparison.Ordinal) || entry.Key.StartsWith("features.0", StringComparison.Ordinal)).SelectMany(entry => Same.Doubles(entry.Value));

    /// <summary>Pictures of a formula, with labels.</summary>
    private sealed class Pictures : IDisposable
    {
        private readonly Tensor stored;

        public Pictures(int count)
        {
            var bytes = Reference.Uniform("pixels", count * 63L * 63 * 3).Select(value => (byte)((value + 1) * 127)).ToArray();
            using var flat = tensor(bytes);
            using var shaped = flat.reshape(count, 63, 63, 3);
            stored = shaped.clone();
            Pixels = stored.permute(0, 3, 1, 2);
            Labels = tensor(Enumerable.Range(0, count).Select(i => new[] { 0L, 1, 0, 2, 0, 1, 0 }[i]).ToArray());
        }

        public Tensor Pixels { get; }
        public Tensor Labels { get; }

        public void Dispose()
        {
            Labels.Dispose();
            Pixels.Dispose();
            stored.Dispose();
        }
    }
}
