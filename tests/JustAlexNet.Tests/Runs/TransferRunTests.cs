using JustAlexNet.Files;
using JustAlexNet.Inference;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using JustAlexNet.Training;
using JustAlexNet.Transfer;
using JustAlexNet.Weights;
using JustAlexNet.Recipes;
using static JustAlexNet.Recipes.CommonSettings;
using static JustAlexNet.Recipes.TransferSettings;

namespace JustAlexNet.Runs.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class TransferRunTests : PretrainedFixture
{
    private static readonly string[] Left = ["best_model.pth", "class_to_idx.json", "confusion_matrix.csv", "confusion_matrix.png", "final_model.pth", "history.csv", "recipe.yaml", "run.json", "training_metrics.png"];

    [Theory]
    [InlineData(HeadKind.Logistic), InlineData(HeadKind.Linear)]
    public void Head_leaves_a_checkpoint_that_evaluate_measures_as_the_run_did(HeadKind kind)
    {
        var options = Options(Photos(train: 20, val: 6)).With(Head, kind).With(Epochs, 6).With(EarlyStopPatience, 0).With(CommonSettings.Precision, JustAlexNet.Runtime.Precision.Fp32);
        var result = Execute(options);

        Assert.Equal(Left, Directory.GetFiles(options.Get(Output)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var model = ModelFile.Open(Path.Combine(options.Get(Output), "best_model.pth"));
        var report = EvaluationRun.Open(model, options.Get(DataFolder)).Run();
        Assert.Equal(18, result.Phases[^1].Measured);
        Assert.Equal(result.Best!.ValTop1, report.Top1);
        Assert.Equal(result.Best.ValLoss, report.Loss, 4);
        Assert.Equal(MiniPhotos.Classes.Take(3), model.Classes);
        Assert.Equal(kind == HeadKind.Logistic ? 2 : 7, File.ReadAllLines(Path.Combine(options.Get(Output), "history.csv")).Length);
        Assert.Contains("\"head_top1_interval\": [", File.ReadAllText(Path.Combine(options.Get(Output), "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Head_learned_from_the_cache_is_the_one_learned_without()
    {
        var first = Execute(Options());
        var second = Execute(Options(output: "second"));
        var third = Execute(Uncached("third"));
        var other = Execute(Uncached("other").With(Pretrained, Weights(1)));

        Assert.Equal(first.Best!.TrainLoss, second.Best!.TrainLoss);
        Assert.Equal(first.Best.TrainLoss, third.Best!.TrainLoss, 8);
        Assert.NotEqual(first.Best.TrainLoss, other.Best!.TrainLoss, 8);
    }

    // What features are computed in unless something else is asked for.
    private static string Best => ProcessorFeatures.HasBfloat16 ? "bf16" : "fp32";

    [Theory]
    [InlineData(null)]
    [InlineData(JustAlexNet.Runtime.Precision.Fp32)]
    [InlineData(JustAlexNet.Runtime.Precision.Bf16)]
    public void The_precision_of_features_is_bf16_where_the_processor_has_it_or_what_is_asked_for_and_recorded(JustAlexNet.Runtime.Precision? asked)
    {
        var (options, recorded) = (Options().With(CommonSettings.Precision, asked).With(Device, "cpu"), asked is null ? Best : PrecisionChoice.NameOf(asked));
        using (var run = Run.Open(options)) Assert.Equal(recorded, run.Precision.Name);
        Execute(options);
        Assert.Contains($"\"precision\": \"{recorded}\"", File.ReadAllText(Path.Combine(options.Get(Output), "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_precision_is_not_for_the_network_of_an_onnx_file() =>
        Assert.Contains("`precision` is for `pretrained`: the network of an .onnx file is computed in fp32",
            Assert.Throws<SettingException>(() => Run.Open(Options().With(Pretrained, null).With(TransferSettings.Backbone, "onnx:x.onnx").With(CommonSettings.Precision, JustAlexNet.Runtime.Precision.Bf16))).Message, StringComparison.Ordinal);

    [Fact]
    public void Early_stopping_ends_with_the_best_epoch()
    {
        var options = Options(Photos(train: 10, val: 6)).With(Head, HeadKind.Linear).With(Epochs, 200).With(EarlyStopPatience, 2);
        var result = Execute(options);

        Assert.Equal(TrainingOutcome.StoppedEarly, result.Outcome);
        using var best = ModelFile.Open(Path.Combine(options.Get(Output), "best_model.pth"));
        using var final = ModelFile.Open(Path.Combine(options.Get(Output), "final_model.pth"));
        Same.Bits(best.Network!.State, final.Network!.State);
        Assert.True(File.ReadAllLines(Path.Combine(options.Get(Output), "history.csv")).Length < 201);
    }

    [Fact]
    public void Class_of_one_picture_is_learnt_and_said_to_be_unmeasured()
    {
        var folder = MiniPhotos.MakePlain(Scratch.At("plain"), classes: 3, photos: 6);
        foreach (var photo in Directory.GetFiles(Path.Combine(folder, "hat")).Order(StringComparer.Ordinal).Skip(1)) File.Delete(photo);
        using var run = Run.Open(Options(folder));

        Assert.Equal(["no validation picture of hat: how well this class is recognised is not measured (`folds` 5 measures all)"], run.Notes);
        var result = run.Execute();
        Assert.Equal(2, result.Phases[^1].Measured);
        Assert.Equal(0, result.Head!.Validation.Classes[1].Support);
    }

    [Fact]
    public void Validation_folder_without_a_class_is_accepted_and_said()
    {
        var folder = Photos(train: 5, val: 3);
        Directory.Delete(Path.Combine(folder, "val", "dress"), recursive: true);
        using var run = Run.Open(Options(folder));
        Assert.Equal("no validation picture of dress: how well this class is recognised is not measured (`folds` 5 measures all)", Assert.Single(run.Notes));
        Assert.Equal(6, run.Execute().Phases[^1].Measured);
    }

    [Theory]
    [InlineData(HeadKind.Logistic), InlineData(HeadKind.Linear)]
    public void Folds_measure_every_picture_and_the_head_learns_from_all(HeadKind kind)
    {
        var options = Options(MiniPhotos.MakePlain(Scratch.At("plain"), classes: 3, photos: 5)).With(Folds, 5).With(Head, kind).With(Epochs, 4);
        var result = Execute(options);

        Assert.Equal(15, result.Phases[^1].Measured);
        Assert.Equal(15, result.Head!.Validation.Count);
        Assert.Equal(result.Head.Validation.Top1, result.Best!.ValTop1);
        Assert.Equal(5, result.Head.Validation.Classes[0].Support);
    }

    [Fact]
    public void What_learns_from_all_pictures_records_no_validation_part()
    {
        using var run = Run.Open(Options(Photos(train: 3)).With(Folds, 3));
        run.Execute();
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
        var options = Options().With(Pretrained, "imagenet");
        var environment = new RunEnvironment { Download = new DownloadOptions { Address = "http://127.0.0.1:9/", Attempts = 1, Environment = name => name.EndsWith("_HOME", StringComparison.Ordinal) || name.EndsWith("_CACHE", StringComparison.Ordinal) ? Cache : null } };
        Assert.ThrowsAny<OperationCanceledException>(() => Run.Open(options, environment, stop.Token));
        Assert.Throws<WeightsException>(() => Run.Open(options, environment));
    }

    [Fact]
    public void More_folds_than_pictures_are_refused()
    {
        var fault = Assert.Throws<RunException>(() => Run.Open(Options(MiniPhotos.MakePlain(Scratch.At("plain"), classes: 2, photos: 2)).With(Folds, 5)));
        Assert.StartsWith("`folds` is 5, more than the 4 pictures in ", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Scratch.At("out")));
    }

    [Fact]
    public void Head_of_a_checkpoint_of_ours_is_replaced_and_its_preprocessing_stays()
    {
        Execute(Options().With(Squashes, true));
        var options = Options(Photos(classes: 2), "again").With(Pretrained, Scratch.At("out", "best_model.pth")).With(ImageSize, null);
        Execute(options);

        using var model = ModelFile.Open(Path.Combine(options.Get(Output), "best_model.pth"));
        Assert.Equal(2, model.Classes.Count);
        Assert.Equal(Imaging.Preprocessing.Squash(Side), model.Preprocessing);
    }

    [Fact]
    public void All_faults_of_the_options_are_told_together()
    {
        var faults = Options().With(Pretrained, null).With(Views, 13).With(Folds, 1).With(Mode, TransferMode.FineTune).With(BatchSize, 0).Faults();
        Assert.Equal(
            [
                "`views` is 13, expected 1 to 12", "`batch_size` is 0, expected 1 or more", "`folds` is 1, expected none or 2 or more",
                "`pretrained` is missing: imagenet, a checkpoint of justalexnet, or weights of PyTorch", "`folds` is for `mode` head: fine-tuning once a fold would take hours",
            ], faults);
    }

    private Recipe Uncached(string output) => Options(output: output).With(TransferSettings.Cache, null).With(NoCache, true);
}
