using System.Text.Json;
using JustAlexNet.Data;
using JustAlexNet.Inference;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class TrainingRunTests : RunTestBase
{
    [Fact]
    public void A_run_leaves_every_file_it_promises()
    {
        var options = Options();
        Run(options);
        Assert.Equal(
            ["best_model.pth", "class_to_idx.json", "confusion_matrix.csv", "confusion_matrix.png", "history.csv", "latest_model.pth", "run.json", "training_metrics.png"],
            Directory.GetFiles(options.Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("epoch,lr,train_loss,train_top1,train_top3,val_loss,val_top1,val_top3,seconds,photos_per_second", File.ReadLines(new RunFolder(options.Output).History).First());
        Assert.Equal("{\"dress\":0,\"hat\":1,\"pants\":2}", JsonSerializer.Serialize(JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(new RunFolder(options.Output).Classes))));
    }

    [Fact]
    public void Run_record_holds_options_versions_machine_data_and_result()
    {
        var options = Options() with { Command = ["justalexnet", "train", "photos"] };
        Run(options);
        using var json = JsonDocument.Parse(File.ReadAllText(new RunFolder(options.Output).Record));
        var record = json.RootElement;

        Assert.Equal("train", record.GetProperty("command")[1].GetString());
        Assert.Equal(4, record.GetProperty("options").GetProperty("batch_size").GetInt32());
        Assert.Equal("standard", record.GetProperty("options").GetProperty("augment").GetString());
        Assert.StartsWith("2.10.0", record.GetProperty("versions").GetProperty("libtorch").GetString());
        Assert.Equal(12, record.GetProperty("data").GetProperty("train_images").GetInt32());
        Assert.Equal(6, record.GetProperty("data").GetProperty("val_images").GetInt32());
        Assert.Equal(0, record.GetProperty("data").GetProperty("skipped").GetArrayLength());
        Assert.Equal(ImageFolder.Open(options.Data).Fingerprint(), record.GetProperty("data").GetProperty("hash").GetString());
        Assert.Equal("finished", record.GetProperty("result").GetProperty("outcome").GetString());
        Assert.InRange(record.GetProperty("result").GetProperty("best").GetProperty("val_top1").GetDouble(), 0, 1);
    }

    [Fact]
    public void Training_in_bf16_is_judged_in_bf16_and_confirmed_in_fp32()
    {
        var options = Options(epochs: 1) with { Training = new TrainingOptions { Epochs = 1, Precision = "bf16" } };
        var result = Run(options);
        using var json = JsonDocument.Parse(File.ReadAllText(new RunFolder(options.Output).Record));
        var record = json.RootElement.GetProperty("result");
        Assert.Equal("bf16", json.RootElement.GetProperty("options").GetProperty("precision").GetString());
        Assert.Equal(result.Best!.ValLoss, record.GetProperty("best").GetProperty("val_loss").GetDouble());
        Assert.Equal(result.BestInFullPrecision!.Loss, record.GetProperty("best_in_fp32").GetProperty("val_loss").GetDouble());
        Assert.NotEqual(result.Best.ValLoss, result.BestInFullPrecision.Loss);
        Assert.Equal(result.Best.ValLoss, result.BestInFullPrecision.Loss, 0.05);
    }

    [Fact]
    public void A_folder_that_holds_a_run_is_kept_unless_told_otherwise()
    {
        Run(Options(epochs: 1));
        var before = File.ReadAllBytes(new RunFolder(Options().Output).Latest);

        var error = Assert.Throws<TrainingException>(() => TrainingRun.Open(Options()));

        Assert.Contains("holds a run already; it is left as it is.\nPass --resume auto to go on with it, --overwrite to replace it, or --output for another folder.", error.Message);
        Assert.Equal(before, File.ReadAllBytes(new RunFolder(Options().Output).Latest));
        Run(Options(epochs: 1) with { Overwrite = true, Seed = 4 });
        Assert.NotEqual(before, File.ReadAllBytes(new RunFolder(Options().Output).Latest));
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_the_run_and_the_last_good_checkpoint_stays()
    {
        var options = Options(epochs: 1);
        Run(options);
        var good = Content(new RunFolder(options.Output).Latest);

        var error = Assert.Throws<TrainingException>(() => Run(Options(output: "other", epochs: 3) with { Training = new TrainingOptions { Epochs = 3, LearningRate = 1e30 } }));

        Assert.Matches(@"^The loss is not a finite number any more \(epoch 1, step [23] of 3, learning rate 1E\+30\)\.\n", error.Message);
        Assert.Contains("Start again with a smaller `lr`", error.Message);
        Assert.False(File.Exists(new RunFolder(Scratch.At("other")).Latest));
        Assert.Equal(good, Content(new RunFolder(options.Output).Latest));
    }

    [Fact]
    public void Weights_that_the_last_step_of_an_epoch_spoils_are_told_by_epoch_step_and_rate()
    {
        // One step an epoch: its loss is that of the first weights, only the answers after it show the damage.
        var error = Assert.Throws<TrainingException>(() => Run(Options() with { BatchSize = 12, Training = new TrainingOptions { Epochs = 2, LearningRate = 1e30, Precision = "fp32" } }));
        Assert.Equal(
            "The network's answers are not finite numbers any more (epoch 1, after step 1 of 1, learning rate 1E+30).\n" +
            "Nothing was saved since. Start again with a smaller `lr` (a tenth is a good try), or with `warmup_epochs` 1.", error.Message);
        Assert.False(new RunFolder(Options().Output).HoldsRun);
    }

    [Theory]
    [InlineData("fp32", 0), InlineData("bf16", 1)]
    public void A_photo_removed_after_the_last_epoch_does_not_cost_the_end_of_the_run(string precision, int notes)
    {
        var (options, told) = (Options(epochs: 1) with { Training = new TrainingOptions { Epochs = 1, Precision = precision } }, new List<string>());
        using var run = TrainingRun.Open(options);
        run.FileFailed += told.Add;
        run.Add(new RemoveAtTheEnd(run.Data.Validation[0].Path));
        var result = run.Run();
        Assert.Equal(TrainingOutcome.Finished, result.Outcome);
        Assert.Null(result.BestInFullPrecision);
        Assert.Equal(notes, told.Count(note => note.StartsWith("the best checkpoint is not measured once more in fp32: ", StringComparison.Ordinal)));
        using var record = System.Text.Json.JsonDocument.Parse(File.ReadAllText(run.Files.Record));
        Assert.Equal("finished", record.RootElement.GetProperty("result").GetProperty("outcome").GetString());
    }

    [Fact]
    public void Every_fault_of_the_options_is_named_together()
    {
        var error = Assert.Throws<TrainingException>(() => TrainingRun.Open(Options() with
        {
            Model = "alexnet", ImageSize = 62, BatchSize = 0, ValidationShare = 1, Workers = -1, MemoryEfficient = true,
            Training = new TrainingOptions { Epochs = 0, LearningRate = double.NaN, Momentum = 1, WeightDecay = -1, EarlyStopPatience = -1, EarlyStopMinimumDelta = 2, Precision = "int8", Schedule = new ConstantRate { WarmupEpochs = -1 } },
        }));
        Assert.Equal(
            [
                "`epochs` is 0, expected 1 or more", "`lr` is NaN, expected a number above 0", "`weight_decay` is -1, expected 0 or more", "`momentum` is 1, expected 0 to below 1",
                "`warmup_epochs` is -1, expected 0 or more", "`early_stop_patience` is -1, expected 0 (off) or more", "`early_stop_min_delta` is 2, expected 0 to below 1 (a fraction)", "`precision` is 'int8', expected one of auto, fp32, bf16, fp16",
                "--batch-size is 0, expected 1 or more", "--workers is -1, expected auto or 0 to 512: each is a thread, and more than the machine has cores gain nothing", "--val-split is 1, expected above 0 and below 1", "--memory-efficient is for DenseNets, alexnet has nothing to compute again", "--image-size is 62, alexnet needs 63 or more",
            ],
            error.Message.Split('\n'));
    }

    [Fact]
    public void A_last_batch_of_one_picture_is_refused_where_normalisation_would_fail()
    {
        var options = Options(side: 32) with { BatchSize = 11 };       // 12 pictures: 11 + 1
        var error = Assert.Throws<TrainingException>(() => TrainingRun.Open(options));
        Assert.Contains("Pass --drop-last, another --batch-size, or a larger --image-size.", error.Message);
        Assert.Equal(TrainingOutcome.Finished, Run(options with { DropLast = true, Training = new TrainingOptions { Epochs = 1 } }).Outcome);
        Assert.Equal(TrainingOutcome.Finished, Run(options with { ImageSize = 33, Output = Scratch.At("larger"), Training = new TrainingOptions { Epochs = 1 } }).Outcome);
    }

    [Fact]
    public void Early_stopping_ends_the_run_after_its_patience_and_a_resumed_run_agrees()
    {
        var options = Options() with { Training = new TrainingOptions { Epochs = 50, LearningRate = 1e-12, EarlyStopPatience = 2 } };       // nothing improves
        Assert.Equal(TrainingOutcome.StoppedEarly, Run(options).Outcome);
        Assert.Equal(4, File.ReadLines(new RunFolder(options.Output).History).Count());      // header, the first, and two without improvement
        using var again = TrainingRun.Open(options with { Resume = "auto" });
        Assert.True(again.IsFinished);
    }

    [Fact]
    public void Best_is_the_highest_top1_and_ties_go_to_the_lower_loss()
    {
        var records = new List<(EpochRecord Record, bool IsBest)>();
        Run(Options(epochs: 6), new Recorder(records));
        EpochRecord? best = null;
        foreach (var (record, isBest) in records)
        {
            var better = best is null || record.ValTop1 > best.ValTop1 || (record.ValTop1 == best.ValTop1 && record.ValLoss < best.ValLoss);
            Assert.Equal(better, isBest);
            if (better) best = record;
        }
        Assert.Equal(best!.Epoch, Checkpoint.Read(new RunFolder(Options().Output).Best).Position.Epoch);
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public void Loss_falls_on_pictures_that_can_be_learned_by_heart(string precision)
    {
        var records = new List<(EpochRecord Record, bool IsBest)>();
        var training = new TrainingOptions { Epochs = 12, LearningRate = 1e-3, Precision = precision };      // small steps: what is learned must not hang on the last bits
        Run(Options(epochs: 12) with { Augmentation = Augmentation.Basic, Training = training }, new Recorder(records));
        Assert.True(records[^1].Record.TrainLoss < records[0].Record.TrainLoss / 2, $"{records[0].Record.TrainLoss} -> {records[^1].Record.TrainLoss}");
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_is_reported_and_training_goes_on()
    {
        var options = Options(epochs: 1);
        Directory.CreateDirectory(Path.Combine(options.Output, "latest_model.pth", "in-the-way"));      // a folder that no file replaces

        var result = Run(options);

        Assert.Equal(TrainingOutcome.Finished, result.Outcome);
        Assert.Contains(new RunFolder(options.Output).Latest, result.FilesNotWritten.Keys);
        Assert.True(File.Exists(new RunFolder(options.Output).Best));
    }

    private sealed class RemoveAtTheEnd(string photo) : TrainingListener
    {
        public override void Ended(Trainer trainer, TrainingOutcome outcome) => File.Delete(photo);
    }

    private sealed class Recorder(List<(EpochRecord, bool)> records) : TrainingListener
    {
        public override void EpochDone(Trainer trainer, EpochRecord record, ClassificationReport validation, bool isBest) => records.Add((record, isBest));
    }
}
