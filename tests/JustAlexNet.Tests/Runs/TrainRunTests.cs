using System.Text.Json;
using JustAlexNet.Data;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using Precision = JustAlexNet.Runtime.Precision;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class TrainRunTests : RunTestBase
{
    [Fact]
    public void A_run_leaves_every_file_it_promises()
    {
        var options = Options();
        Execute(options);
        Assert.Equal(
            ["best_model.pth", "class_to_idx.json", "confusion_matrix.csv", "confusion_matrix.png", "history.csv", "latest_model.pth", "previous_model.pth", "recipe.yaml", "run.json", "training_metrics.png"],
            Directory.GetFiles(options.Get(Output)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("epoch,lr,train_loss,train_top1,train_top3,val_loss,val_top1,val_top3,seconds,photos_per_second,image_size", File.ReadLines(Files(options).History).First());
        Assert.Equal("{\"dress\":0,\"hat\":1,\"pants\":2}", JsonSerializer.Serialize(JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(Files(options).Classes))));
    }

    [Fact]
    public void Run_record_holds_options_versions_machine_data_and_result()
    {
        var options = Options();
        using (var run = Run.Open(options, new RunEnvironment { Command = ["justalexnet", "train", "photos"] })) run.Execute();
        using var json = JsonDocument.Parse(File.ReadAllText(Files(options).Record));
        var record = json.RootElement;

        Assert.Equal("train", record.GetProperty("command")[1].GetString());
        Assert.Equal(4, record.GetProperty("options").GetProperty("batch_size").GetInt32());
        Assert.Equal("standard", record.GetProperty("options").GetProperty("augment")[0].GetString());
        Assert.StartsWith("2.10.0", record.GetProperty("versions").GetProperty("libtorch").GetString());
        Assert.Equal(12, record.GetProperty("data").GetProperty("train_images").GetInt32());
        Assert.Equal(6, record.GetProperty("data").GetProperty("val_images").GetInt32());
        Assert.Equal(0, record.GetProperty("data").GetProperty("skipped").GetArrayLength());
        Assert.Equal(ImageFolder.Open(options.Get(DataFolder)).Fingerprint(), record.GetProperty("data").GetProperty("hash").GetString());
        Assert.Equal("finished", record.GetProperty("result").GetProperty("outcome").GetString());
        Assert.InRange(record.GetProperty("result").GetProperty("best").GetProperty("val_top1").GetDouble(), 0, 1);
    }

    [Fact]
    public void Training_in_bf16_is_judged_in_bf16_and_confirmed_in_fp32()
    {
        var options = Options(epochs: 1).With(CommonSettings.Precision, Precision.Bf16);
        var result = Execute(options);
        using var json = JsonDocument.Parse(File.ReadAllText(Files(options).Record));
        var record = json.RootElement.GetProperty("result");
        Assert.Equal("bf16", json.RootElement.GetProperty("options").GetProperty("precision").GetString());
        Assert.Equal(result.Best!.ValLoss, record.GetProperty("best").GetProperty("val_loss").GetDouble());
        Assert.Equal(result.Network!.BestInFullPrecision!.Loss, record.GetProperty("best_in_fp32").GetProperty("val_loss").GetDouble());
        Assert.NotEqual(result.Best.ValLoss, result.Network.BestInFullPrecision.Loss);
        Assert.Equal(result.Best.ValLoss, result.Network.BestInFullPrecision.Loss, 0.05);
    }

    [Fact]
    public void A_folder_that_holds_a_run_is_kept_unless_told_otherwise()
    {
        Execute(Options(epochs: 1));
        var before = File.ReadAllBytes(Files(Options()).Latest);

        var error = Assert.Throws<RunException>(() => Run.Open(Options()));

        Assert.Contains("holds a run already; it is left as it is.\nPass `resume` auto to go on with it, `overwrite` to replace it, or `output` for another folder.", error.Message);
        Assert.Equal(before, File.ReadAllBytes(Files(Options()).Latest));
        Execute(Options(epochs: 1).With(Overwrite, true).With(Seed, 4));
        Assert.NotEqual(before, File.ReadAllBytes(Files(Options()).Latest));
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_the_run_and_the_last_good_checkpoint_stays()
    {
        var options = Options(epochs: 1);
        Execute(options);
        var good = Content(Files(options).Latest);

        var error = Assert.Throws<TrainingException>(() => Execute(Options(output: "other", epochs: 3).With(Schedules.LearningRate, 1e30)));

        Assert.Matches(@"^The loss is not a finite number any more \(epoch 1, step [23] of 3, learning rate 1E\+30\)\.\n", error.Message);
        Assert.Contains("Start again with a smaller `lr`", error.Message);
        Assert.False(File.Exists(new RunFolder(Scratch.At("other")).Latest));
        Assert.Equal(good, Content(Files(options).Latest));
    }

    [Fact]
    public void Weights_that_the_last_step_of_an_epoch_spoils_are_told_by_epoch_step_and_rate()
    {
        // One step an epoch: its loss is that of the first weights, only the answers after it show the damage.
        var error = Assert.Throws<TrainingException>(() => Execute(Options().With(BatchSize, 12).With(Schedules.LearningRate, 1e30).With(CommonSettings.Precision, Precision.Fp32)));
        Assert.Equal(
            "The network's answers are not finite numbers any more (epoch 1, after step 1 of 1, learning rate 1E+30).\n" +
            "Nothing was saved since. Start again with a smaller `lr` (a tenth is a good try), or with `warmup_epochs` 1.", error.Message);
        Assert.False(Files(Options()).HoldsRun);
    }

    [Theory]
    [InlineData(Precision.Fp32, 0), InlineData(Precision.Bf16, 1)]
    public void A_photo_removed_after_the_last_epoch_does_not_cost_the_end_of_the_run(Precision precision, int notes)
    {
        var told = new List<string>();
        using var run = Run.Open(Options(epochs: 1).With(CommonSettings.Precision, precision));
        run.Add(new RemoveAtTheEnd(run.Data.Validation[0].Path, told));
        var result = run.Execute();
        Assert.Equal(TrainingOutcome.Finished, result.Outcome);
        Assert.Null(result.Network!.BestInFullPrecision);
        Assert.Equal(notes, told.Count(note => note.StartsWith("the best checkpoint is not measured once more in fp32: ", StringComparison.Ordinal)));
        using var record = JsonDocument.Parse(File.ReadAllText(run.Files.Record));
        Assert.Equal("finished", record.RootElement.GetProperty("result").GetProperty("outcome").GetString());
    }

    [Fact]
    public void Every_fault_of_the_options_is_named_together()
    {
        var recipe = new Recipe(TrainSettings.Schema)
        {
            { DataFolder, Photos() }, { TrainSettings.Model, ModelCatalogue.Find("alexnet")! }, { TrainSettings.ImageSize, 62 }, { BatchSize, 0 }, { ValSplit, 1 }, { Workers, -1 }, { TrainSettings.MemoryEfficient, true },
            { Epochs, 0 }, { Schedules.LearningRate, double.NaN }, { SgdOptions.MomentumSetting, 1 }, { Optimisers.WeightDecay, -1 }, { EarlyStopPatience, -1 }, { FitSettings.EarlyStopMinDelta, 2 },
            { CommonSettings.Precision, (Precision)9 }, { Schedules.WarmupEpochs, -1 },
        };
        var error = Assert.Throws<SettingException>(() => Run.Open(recipe));
        Assert.Equal(
            [
                "`epochs` is 0, expected 1 or more", "`batch_size` is 0, expected 1 or more", "`momentum` is 1, expected 0 to below 1", "`weight_decay` is -1, expected 0 or more", "`lr` is NaN, expected a number above 0",
                "`warmup_epochs` is -1, expected 0 or more", "`early_stop_patience` is -1, expected 0 (off) or more", "`early_stop_min_delta` is 2, expected 0 to below 1 (a fraction)",
                "`val_split` is 1, expected above 0 and below 1", "`precision` is '9', expected one of auto, fp32, bf16, fp16", "`workers` is -1, expected auto or 0 to 512",
                "`memory_efficient` is for DenseNets, alexnet has nothing to recompute", "`image_size` is 62, alexnet needs 63 or more",
            ],
            error.Message.Split('\n'));
        Assert.Equal("`workers` is 513, expected auto or 0 to 512: each is a thread, and more threads than the machine has cores gain nothing", recipe.With(Workers, 513).FaultOf(Workers));
        Assert.Equal("`precision` does not know 'int8', expected auto, fp32, bf16, fp16", recipe.Parse(CommonSettings.Precision, "int8"));
    }

    [Fact]
    public void A_last_batch_of_one_picture_is_refused_where_normalisation_would_fail()
    {
        var options = Options(side: 32).With(BatchSize, 11);       // 12 pictures: 11 + 1
        var error = Assert.Throws<RunException>(() => Run.Open(options));
        Assert.Contains("Pass `drop_last`, another `batch_size`, or a larger `image_size`.", error.Message);
        Assert.Equal(TrainingOutcome.Finished, Execute(options.With(TrainSettings.DropLast, true).With(Epochs, 1)).Outcome);
        Assert.Equal(TrainingOutcome.Finished, Execute(options.With(TrainSettings.ImageSize, 33).With(Output, Scratch.At("larger")).With(Epochs, 1)).Outcome);
    }

    [Fact]
    public void Early_stopping_ends_the_run_after_its_patience_and_a_resumed_run_agrees()
    {
        var options = Options(epochs: 50).With(Schedules.LearningRate, 1e-12).With(EarlyStopPatience, 2);       // nothing improves
        Assert.Equal(TrainingOutcome.StoppedEarly, Execute(options).Outcome);
        Assert.Equal(4, File.ReadLines(Files(options).History).Count());      // header, the first, and two without improvement
        using var again = Run.Open(options.With(Resume, "auto"));
        Assert.True(again.IsFinished);
    }

    [Fact]
    public void Best_is_the_highest_top1_and_ties_go_to_the_lower_loss()
    {
        var records = new List<(EpochRecord Record, bool IsBest)>();
        Execute(Options(epochs: 6), new Recorder(records));
        EpochRecord? best = null;
        foreach (var (record, isBest) in records)
        {
            var better = best is null || record.ValTop1 > best.ValTop1 || (record.ValTop1 == best.ValTop1 && record.ValLoss < best.ValLoss);
            Assert.Equal(better, isBest);
            if (better) best = record;
        }
        Assert.Equal(best!.Epoch, Checkpoint.Read(Files(Options()).Best).Position.Epoch);
    }

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public void Loss_falls_on_pictures_that_can_be_learned_by_heart(Precision precision)
    {
        var records = new List<(EpochRecord Record, bool IsBest)>();
        var options = Options(epochs: 12).With(Schedules.LearningRate, 1e-3);      // small steps: what is learned must not hang on the last bits
        Execute(options.With(AugmentationSettings.Augment, ["basic"]).With(CommonSettings.Precision, precision), new Recorder(records));
        Assert.True(records[^1].Record.TrainLoss < records[0].Record.TrainLoss / 2, $"{records[0].Record.TrainLoss} -> {records[^1].Record.TrainLoss}");
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_is_reported_and_training_goes_on()
    {
        var options = Options(epochs: 1);
        Directory.CreateDirectory(Path.Combine(options.Get(Output), "latest_model.pth", "in-the-way"));      // a folder that no file replaces

        var result = Execute(options);

        Assert.Equal(TrainingOutcome.Finished, result.Outcome);
        Assert.Contains(Files(options).Latest, result.FilesNotWritten.Keys);
        Assert.True(File.Exists(Files(options).Best));
    }

    private sealed class RemoveAtTheEnd(string photo, List<string> told) : TrainingListener
    {
        public override void PhaseEnded(TrainingPhase phase, TrainingOutcome outcome) => File.Delete(photo);

        public override void Warned(string message) => told.Add(message);
    }

    private sealed class Recorder(List<(EpochRecord, bool)> records) : TrainingListener
    {
        public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest) => records.Add((record, isBest));
    }
}
