using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Runs.Tests;
using JustAlexNet.Runtime;
using JustAlexNet.TestSupport;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using JustAlexNet.Transfer;
using JustAlexNet.Weights;

namespace JustAlexNet.Engines.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class PredictorTests : RunTestBase
{
    [Fact]
    public void Answers_come_in_order_with_errors_in_their_place_and_do_not_depend_on_their_neighbours()
    {
        var options = Options(epochs: 1);
        Execute(options);
        using var model = ModelFile.Open(Files(options).Best);
        var good = Directory.GetFiles(Path.Combine(options.Get(CommonSettings.DataFolder), "train", "hat")).Order().ToList();
        var text = Scratch.At("text.jpg");
        File.WriteAllText(text, "no picture");

        var together = new Predictor(model).Predict([good[0], text, good[1]], new() { TopK = 9 }).ToList();
        var alone = new Predictor(model).Predict([good[1]], new() { TopK = 1 }).Single();

        Assert.Equal([good[0], text, good[1]], together.Select(p => p.Image));
        Assert.Null(together[0].Error);
        Assert.StartsWith($"cannot read {text}: ", together[1].Error);
        Assert.Equal(3, together[0].Predictions.Count);
        Assert.Equal(1, together[0].Predictions.Sum(p => p.Probability), 5);
        Assert.Equal(together[0].Predictions.OrderByDescending(p => p.Probability).Select(p => p.Class), together[0].Predictions.Select(p => p.Class));
        Assert.Equal(alone.Predictions[0].Class, together[2].Predictions[0].Class);
        Assert.Equal(alone.Predictions[0].Probability, together[2].Predictions[0].Probability, 5);
    }

    [Fact]
    public void Answers_are_computed_in_fp32_or_in_the_precision_that_is_asked_for()
    {
        var options = Options(epochs: 1);
        Execute(options);
        var best = Files(options).Best;
        var photo = Directory.GetFiles(Path.Combine(options.Get(CommonSettings.DataFolder), "train", "hat")).Order().First();
        var (standard, full, lower) = (Answer("auto"), Answer("fp32"), Answer("bf16"));
        Assert.Equal(("fp32", "fp32", "bf16"), (standard.Precision, full.Precision, lower.Precision));
        Assert.Equal(standard.Probability, full.Probability);
        Assert.NotEqual(full.Probability, lower.Probability);
        Assert.Equal(full.Probability, lower.Probability, 0.1);
        Assert.Equal("`precision` is 'int8', expected one of auto, fp32, bf16, fp16.", Assert.Throws<PredictionException>(() => Answer("int8")).Message);
        Assert.StartsWith("`precision` fp16 is for CUDA GPUs; ", Assert.Throws<RuntimeException>(() => Answer("fp16")).Message, StringComparison.Ordinal);

        (string Precision, double Probability) Answer(string precision)
        {
            using var predictor = new Predictor(ModelFile.Open(best, new SavedModelOptions { Precision = precision, Device = "cpu" }));
            return (predictor.Model.Precision, predictor.Predict(photo, new() { TopK = 3 }).Predictions.First(p => p.Index == 0).Probability);
        }
    }

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public void Prediction_evaluation_and_what_training_confirms_in_fp32_agree(Precision precision)
    {
        var options = Options(epochs: 1).With(CommonSettings.Precision, precision);
        var result = Execute(options);
        using var model = ModelFile.Open(Files(options).Best);
        var evaluation = EvaluationRun.Open(model, options.Get(CommonSettings.DataFolder), EvaluationSplit.Val);

        var report = evaluation.Run();
        var hits = new Predictor(model).Predict(evaluation.Samples.Select(s => s.Path)).Zip(evaluation.Samples).Count(pair => pair.First.Predictions[0].Index == pair.Second.Label);

        Assert.Equal(precision == Precision.Fp32, result.Network!.BestInFullPrecision is null);      // what is judged in fp32 needs no confirmation
        var (top1, loss) = result.Network.BestInFullPrecision is { } full ? (full.Top1, full.Loss) : (result.Best!.ValTop1, result.Best.ValLoss);
        Assert.Equal(top1, report.Top1);
        Assert.Equal(loss, report.Loss, 5);
        Assert.Equal(report.Top1, (double)hits / evaluation.Samples.Count, 12);
        Assert.Equal(0, evaluation.TrainedOn);
        Assert.Equal(12, EvaluationRun.Open(model, options.Get(CommonSettings.DataFolder), EvaluationSplit.All).TrainedOn);
    }

    [Fact]
    public void Transfers_features_with_the_checkpoints_head_are_what_predict_says_of_pictures_one_by_one_and_together()
    {
        var options = Options(epochs: 1);
        Execute(options);
        var best = Files(options).Best;
        using var model = ModelFile.Open(best);
        var samples = EvaluationRun.Open(model, options.Get(CommonSettings.DataFolder), EvaluationSplit.All).Samples;
        var together = new Predictor(model).Predict(samples.Select(s => s.Path), new() { TopK = 3 }).SelectMany(ByClass).ToArray();

        Same.Within(1e-5, together, [.. samples.SelectMany(s => ByClass(new Predictor(model).Predict([s.Path], new() { TopK = 3 }).Single()))], "one by one");

        using var backbone = PretrainedBackbone.Open(best, new PretrainedRequest(null, null, null), download: null, ComputeDevice.Cpu, []);
        var (features, found) = new FeatureExtractor(backbone, new FeatureCache(null), new LoaderOptions { BatchSize = 7, Workers = 0 }, TimeProvider.System).Run(samples, FeatureView.First(1), _ => { }, CancellationToken.None);
        Assert.Equal(samples, found);
        var (weight, bias) = (Same.Doubles(model.Network!.Head.Weight), Same.Doubles(model.Network!.Head.Bias));
        Same.Within(1e-5, together, [.. Enumerable.Range(0, samples.Count).SelectMany(i => Softmax.Of(Logits(features.Row(i, 0).ToArray())))], "features and head");

        static IEnumerable<double> ByClass(Prediction answer) => answer.Predictions.OrderBy(p => p.Index).Select(p => p.Probability);

        float[] Logits(float[] row) => [.. bias.Select((b, k) => (float)(b + row.Select((v, d) => v * weight[k * row.Length + d]).Sum()))];
    }

    [Fact]
    public void The_validation_part_that_was_split_off_is_found_again_in_another_place()
    {
        var plain = MiniPhotos.MakePlain(Scratch.At("plain"));
        var options = Options(epochs: 1).With(CommonSettings.DataFolder, plain);
        Execute(options);
        Directory.Move(plain, Scratch.At("moved"));
        using var model = ModelFile.Open(Files(options).Best);

        var evaluation = EvaluationRun.Open(model, Scratch.At("moved"));

        Assert.Equal("the validation part that the checkpoint records", evaluation.What);
        Assert.Equal(model.Data!.ValidationCount, evaluation.Samples.Count);
        Assert.Equal(0, evaluation.TrainedOn);
    }

    [Fact]
    public void A_real_PyTorch_checkpoint_reaches_its_published_first_answers()
    {
        var path = Repository.SharedOrSkip("weights", "imagenette-resnet18.pth");
        var error = Assert.Throws<PredictionException>(() => ModelFile.Open(path, new SavedModelOptions { Model = "resnet18" }));
        Assert.Contains("a guess would change predictions", error.Message);

        using var model = ModelFile.Open(path, new SavedModelOptions { Model = "resnet18", Preprocessing = Preprocessing.ImageNet(128) });
        Assert.Equal(10, model.Classes.Count);
        Assert.Equal(11_181_642, model.Network!.ParameterCount);
    }

    [Fact]
    public void Weights_of_another_network_are_refused_with_every_difference()
    {
        var path = Scratch.At("plain.pth");
        using (var network = ModelCatalogue.Find("resnet18")!.Create(4))
        {
            var state = new PickleDictionary(isOrderedDict: true);
            foreach (var (name, value) in network.State) state[name] = value;
            TorchFile.Write(path, state);
        }
        var options = new SavedModelOptions { Model = "resnet34", Preprocessing = Preprocessing.Squash(64) };
        var error = Assert.Throws<WeightsException>(() => ModelFile.Open(path, options));
        Assert.StartsWith($"{path} does not fit resnet34", error.Message);
        Assert.Equal(96, error.Mismatch!.Missing.Count);
        using var fitting = ModelFile.Open(path, options with { Model = "resnet18" });
        Assert.Equal(["class 0", "class 1", "class 2", "class 3"], fitting.Classes);
    }
}
