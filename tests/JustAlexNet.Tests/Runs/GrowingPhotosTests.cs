using JustAlexNet.Data;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>Progressive resizing: training photos have the size of their epoch, everything else the last.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class GrowingPhotosTests : RunTestBase
{
    private static readonly ImageSizes Sizes = new((33, 1), (40, 3));

    [Fact]
    public void Training_photos_have_the_size_of_their_epoch_and_the_checkpoint_the_last()
    {
        var recipe = Growing("out");
        var seen = new SeenSizes();
        Execute(recipe, seen);
        Assert.Equal([33, 33, 40], seen.Sides);
        Assert.Equal(["33", "33", "40"], File.ReadLines(Files(recipe).History).Skip(1).Select(line => line.Split(',')[^1]));
        var checkpoint = Checkpoint.Read(Files(recipe).Latest);
        Assert.Equal(40, checkpoint.Preprocessing.Side);
        Assert.Equal("33@1,40@3", checkpoint.Options["image_size"]);
    }

    [Fact]
    public void Validation_has_the_last_size_from_the_first_epoch()
    {
        var recipe = Growing("out");
        using var stop = new StopAfterEpoch();
        using (var run = Run.Open(recipe))
        {
            run.Add(stop);
            run.Execute(stop.Token);
        }
        var checkpoint = Checkpoint.Read(Files(recipe).Latest);
        using var network = ModelCatalogue.Find("resnet18")!.Create(3, seed: null);
        Weights.StateLoading.CopyInto(network.State.ToDictionary(), checkpoint.State, "latest", "resnet18");
        using var loader = Loader.Evaluation(ImageFolder.Open(Photos()).Validation, checkpoint.Preprocessing, new() { BatchSize = 4 });
        Assert.Equal(checkpoint.History[0].ValLoss, Evaluator.Run(network, loader, checkpoint.Preprocessing, checkpoint.Classes, checkpoint.Options["precision"] is "bf16" ? Runtime.Precision.Bf16 : Runtime.Precision.Fp32).Loss, 1e-6);
    }

    [Theory]
    [InlineData(4), InlineData(6), InlineData(7)]
    public void Run_interrupted_before_at_and_after_the_change_ends_like_one_that_was_not(int steps)
    {
        Execute(Growing("whole"));
        Assert.Equal(TrainingOutcome.Interrupted, ExecuteUntil(steps, Growing("out")).Outcome);
        Execute(GoOn());
        Assert.Equal(Content(Files(Growing("whole")).Latest), Content(Files(GoOn()).Latest));
        Assert.Equal(RunSteps.History(Files(Growing("whole"))), RunSteps.History(Files(GoOn())));
    }

    [Fact]
    public void Smallest_size_is_the_one_that_batch_normalisation_must_stand()
    {
        var recipe = Options(side: 40, epochs: 3).With(TrainSettings.ImageSize, new ImageSizes((32, 1), (40, 2))).With(BatchSize, 11);
        Assert.StartsWith("the last batch of an epoch would hold one picture, and at `image_size` 32 resnet18 ends in one value a channel", Assert.Throws<RunException>(() => Execute(recipe)).Message, StringComparison.Ordinal);
    }

    private Recipe Growing(string output) => Options(output: output, epochs: 3).With(TrainSettings.ImageSize, Sizes);

    private sealed class SeenSizes : TrainingListener
    {
        public List<int> Sides { get; } = [];

        public override void BatchTrained(Trainer trainer, TrainingBatch batch)
        {
            if (Sides.Count <= trainer.Position.Epoch) Sides.Add(batch.Side);
            Assert.Equal(batch.Side, Sides[trainer.Position.Epoch]);
        }
    }

    private sealed class StopAfterEpoch : TrainingListener
    {
        private readonly CancellationTokenSource source = new();

        public CancellationToken Token => source.Token;

        public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest) => source.Cancel();
    }
}
