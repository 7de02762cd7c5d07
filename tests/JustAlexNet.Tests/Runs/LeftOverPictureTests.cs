using JustAlexNet.Data;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;

namespace JustAlexNet.Runs.Tests;

/// <summary>Bad pictures that leave one of a batch, at a size where batch normalisation needs two.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class LeftOverPictureTests : RunTestBase
{
    private const int Batch = 4, Epochs = 2;

    [Fact]
    public void Batch_of_one_left_picture_is_left_out_counted_as_a_step_and_said()
    {
        var (options, expected) = Prepared("whole");
        var told = new Told();
        Assert.Equal(TrainingOutcome.Finished, Execute(options, told).Outcome);
        Assert.Equal(expected, told.LeftOut);
    }

    [Fact]
    public void Resuming_after_a_batch_that_was_left_out_ends_as_training_that_never_stopped()
    {
        var (whole, expected) = Prepared("whole");
        var broken = whole.With(CommonSettings.Output, Scratch.At("broken")).With(CommonSettings.Resume, "auto");
        Execute(whole);
        Assert.Equal(TrainingOutcome.Interrupted, ExecuteUntil(expected[0].Step, broken).Outcome);
        Execute(broken);
        Assert.Equal(Content(Files(whole).Latest), Content(Files(broken).Latest));
    }

    [Fact]
    public void Epoch_without_a_batch_of_two_pictures_ends_with_advice()
    {
        var (options, _) = Prepared("none");
        options = options.With(TrainSettings.AllowEmptyClasses, true);
        foreach (var good in Directory.GetFiles(Path.Combine(options.Get(CommonSettings.DataFolder), "train"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Skip(1)) File.WriteAllText(good, "junk");
        var fault = Assert.Throws<TrainingException>(() => Execute(options));
        Assert.StartsWith("no batch of epoch 1 has two pictures that can be read, and with one batch normalisation has nothing to normalise by.\n", fault.Message, StringComparison.Ordinal);
    }

    // Three bad pictures beside the good ones, and the first seed by which some batch of the first epoch, not its first, keeps one.
    private (Recipe Options, List<TrainingPosition> LeftOut) Prepared(string output)
    {
        var options = Options(output: output, side: 32, epochs: Epochs).With(CommonSettings.BatchSize, Batch).With(CommonSettings.SkipsBadImages, true);
        foreach (var name in new[] { "x0.jpg", "x1.jpg", "x2.jpg" }) File.WriteAllText(Path.Combine(options.Get(CommonSettings.DataFolder), "train", "hat", name), "junk");
        var samples = ImageFolder.Open(options.Get(CommonSettings.DataFolder)).Training;
        var (seed, leftOut) = Enumerable.Range(0, 1000).Select(candidate => (candidate, LeftOut(samples, candidate))).First(found => found.Item2 is [{ Epoch: 0, Step: > 1 }, ..]);
        return (options.With(CommonSettings.Seed, seed), leftOut);
    }

    private static List<TrainingPosition> LeftOut(IReadOnlyList<Sample> samples, long seed) =>
    [
        .. from epoch in Enumerable.Range(0, Epochs)
           from batch in EpochOrder.Permutation(seed, epoch, samples.Count).Chunk(Batch).Index()
           where batch.Item.Count(i => !Path.GetFileName(samples[i].Path).StartsWith('x')) == 1
           select new TrainingPosition(epoch, batch.Index + 1),
    ];

    private sealed class Told : TrainingListener
    {
        public List<TrainingPosition> LeftOut { get; } = [];

        public override void BatchSkipped(Trainer trainer, Batch batch) => LeftOut.Add(trainer.Position);
    }
}
