using JustAlexNet.Inference;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Transfer.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class TransferRunTests : PretrainedFixture
{
    private static readonly string[] Left = ["best_model.pth", "class_to_idx.json", "confusion_matrix.csv", "confusion_matrix.png", "final_model.pth", "history.csv", "run.json", "training_metrics.png"];

    [Theory]
    [InlineData(HeadKind.Logistic), InlineData(HeadKind.Linear)]
    public void Head_leaves_a_checkpoint_that_evaluate_measures_as_the_run_did(HeadKind kind)
    {
        var options = Options(Photos(train: 20, val: 6)) with { Head = new HeadOptions { Kind = kind, Epochs = 6, EarlyStopPatience = 0 } };
        var result = Run(options);

        Assert.Equal(Left, Directory.GetFiles(options.Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var model = ModelFile.Open(Path.Combine(options.Output, "best_model.pth"));
        var report = EvaluationRun.Open(model, options.Data).Run();
        Assert.Equal(18, result.Measured);
        Assert.Equal(result.Best!.ValTop1, report.Top1);
        Assert.Equal(result.Best.ValLoss, report.Loss, 4);
        Assert.Equal(MiniPhotos.Classes.Take(3), model.Classes);
        Assert.Equal(kind == HeadKind.Logistic ? 2 : 7, File.ReadAllLines(Path.Combine(options.Output, "history.csv")).Length);
        Assert.Contains("\"head_top1_interval\": [", File.ReadAllText(Path.Combine(options.Output, "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Head_learned_from_the_cache_is_the_one_learned_without()
    {
        var first = Run(Options());
        var second = Run(Options(output: "second"));
        var third = Run(Options(output: "third") with { Cache = null });
        var other = Run(Options(output: "other") with { Cache = null, Pretrained = Weights(1) });

        Assert.Equal(first.Best!.TrainLoss, second.Best!.TrainLoss);
        Assert.Equal(first.Best.TrainLoss, third.Best!.TrainLoss, 8);
        Assert.NotEqual(first.Best.TrainLoss, other.Best!.TrainLoss, 8);
    }

    [Fact]
    public void Early_stopping_ends_with_the_best_epoch()
    {
        var options = Options(Photos(train: 10, val: 6)) with { Head = new HeadOptions { Kind = HeadKind.Linear, Epochs = 200, EarlyStopPatience = 2 } };
        var result = Run(options);

        Assert.Equal(TrainingOutcome.StoppedEarly, result.Outcome);
        using var best = ModelFile.Open(Path.Combine(options.Output, "best_model.pth"));
        using var final = ModelFile.Open(Path.Combine(options.Output, "final_model.pth"));
        Same.Bits(best.Network!.State, final.Network!.State);
        Assert.True(File.ReadAllLines(Path.Combine(options.Output, "history.csv")).Length < 201);
    }

    [Fact]
    public void Class_of_one_picture_is_learnt_and_said_to_be_unmeasured()
    {
        var folder = MiniPhotos.MakePlain(Scratch.At("plain"), classes: 3, photos: 6);
        foreach (var photo in Directory.GetFiles(Path.Combine(folder, "hat")).Order(StringComparer.Ordinal).Skip(1)) File.Delete(photo);
        using var run = TransferRun.Open(Options(folder));

        Assert.Equal(["no validation picture of hat: how well this class is recognised is not measured (--folds 5 measures all)"], run.Notes);
        var result = run.Run();
        Assert.Equal(2, result.Measured);
        Assert.Equal(0, result.Head!.Classes[1].Support);
    }

    [Fact]
    public void Validation_folder_without_a_class_is_accepted_and_said()
    {
        var folder = Photos(train: 5, val: 3);
        Directory.Delete(Path.Combine(folder, "val", "dress"), recursive: true);
        using var run = TransferRun.Open(Options(folder));
        Assert.Equal("no validation picture of dress: how well this class is recognised is not measured (--folds 5 measures all)", Assert.Single(run.Notes));
        Assert.Equal(6, run.Run().Measured);
    }

    [Theory]
    [InlineData(HeadKind.Logistic), InlineData(HeadKind.Linear)]
    public void Folds_measure_every_picture_and_the_head_learns_from_all(HeadKind kind)
    {
        var options = Options(MiniPhotos.MakePlain(Scratch.At("plain"), classes: 3, photos: 5)) with { Folds = 5, Head = new HeadOptions { Kind = kind, Epochs = 4 } };
        var result = Run(options);

        Assert.Equal(15, result.Measured);
        Assert.Equal(15, result.Head!.Count);
        Assert.Equal(result.Head.Top1, result.Best!.ValTop1);
        Assert.Equal(5, result.Head.Classes[0].Support);
    }

    [Fact]
    public void What_learns_from_all_pictures_records_no_validation_part()
    {
        using var run = TransferRun.Open(Options(Photos(train: 3)) with { Folds = 3 });
        run.Run();
        var data = Checkpoint.Read(run.Files.Best).Data;
        Assert.Equal((15, 0, false), (data.TrainingCount, data.ValidationCount, data.ValidationWasSplitOff));
        using var record = System.Text.Json.JsonDocument.Parse(File.ReadAllText(run.Files.Record));
        Assert.Equal((15, 0), (record.RootElement.GetProperty("data").GetProperty("train_images").GetInt32(), record.RootElement.GetProperty("data").GetProperty("val_images").GetInt32()));
        Assert.Equal(Path.GetFullPath(Weights()), record.RootElement.GetProperty("pretrained").GetProperty("file").GetString());
    }

    [Fact]
    public void Stop_ends_a_download()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        // Nobody listens there: whoever does not hear the stop reports that.
        var options = Options() with { Pretrained = "imagenet", Download = new DownloadOptions { Address = "http://127.0.0.1:9/", Attempts = 1, Environment = name => name.EndsWith("_HOME", StringComparison.Ordinal) || name.EndsWith("_CACHE", StringComparison.Ordinal) ? Cache : null } };
        Assert.ThrowsAny<OperationCanceledException>(() => TransferRun.Open(options, stop: stop.Token));
        Assert.Throws<WeightsException>(() => TransferRun.Open(options));
    }

    [Fact]
    public void More_folds_than_pictures_are_refused()
    {
        var fault = Assert.Throws<TransferException>(() => Run(Options(MiniPhotos.MakePlain(Scratch.At("plain"), classes: 2, photos: 2)) with { Folds = 5 }));
        Assert.StartsWith("--folds is 5, more than the 4 pictures in ", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Scratch.At("out")));
    }

    [Fact]
    public void Head_of_a_checkpoint_of_ours_is_replaced_and_its_preprocessing_stays()
    {
        Run(Options() with { Preprocessing = "squash" });
        var options = Options(Photos(classes: 2), "again") with { Pretrained = Scratch.At("out", "best_model.pth"), ImageSize = null };
        Run(options);

        using var model = ModelFile.Open(Path.Combine(options.Output, "best_model.pth"));
        Assert.Equal(2, model.Classes.Count);
        Assert.Equal(Imaging.Preprocessing.Squash(Side), model.Preprocessing);
    }

    [Fact]
    public void All_faults_of_the_options_are_told_together()
    {
        var faults = (Options() with { Pretrained = null, Views = 13, Folds = 1, Mode = TransferMode.FineTune, BatchSize = 0 }).Faults();
        Assert.Equal(
            [
                "--pretrained is missing: imagenet, a checkpoint of justalexnet, or weights of PyTorch", "--batch-size is 0, expected 1 or more", "--views is 13, expected 1 to 12",
                "--folds is 1, expected 2 or more", "--folds is for --mode head: fine-tuning once a fold would take hours",
            ], faults);
    }
}
