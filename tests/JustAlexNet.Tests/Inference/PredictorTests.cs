using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using JustAlexNet.Training;
using JustAlexNet.Training.Tests;
using JustAlexNet.Weights;

namespace JustAlexNet.Inference.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class PredictorTests : RunTestBase
{
    [Fact]
    public void Answers_come_in_order_with_errors_in_their_place_and_do_not_depend_on_their_neighbours()
    {
        var options = Options(epochs: 1);
        Run(options);
        using var model = SavedModel.Open(new RunFolder(options.Output).Best);
        var good = Directory.GetFiles(Path.Combine(options.Data, "train", "hat")).Order().ToList();
        var text = Scratch.At("text.jpg");
        File.WriteAllText(text, "no picture");

        var together = Predictor.Predict(model, [good[0], text, good[1]], topK: 9).ToList();
        var alone = Predictor.Predict(model, [good[1]], topK: 1).Single();

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
    public void Prediction_evaluation_and_validation_agree()
    {
        var options = Options(epochs: 1);
        var result = Run(options);
        using var model = SavedModel.Open(new RunFolder(options.Output).Best);
        var evaluation = EvaluationRun.Open(model, options.Data, EvaluationSplit.Val);

        var report = evaluation.Run();
        var hits = Predictor.Predict(model, evaluation.Samples.Select(s => s.Path)).Zip(evaluation.Samples).Count(pair => pair.First.Predictions[0].Index == pair.Second.Label);

        Assert.Equal(result.Best!.ValTop1, report.Top1);
        Assert.Equal(result.Best.ValLoss, report.Loss, 6);
        Assert.Equal(report.Top1, (double)hits / evaluation.Samples.Count, 12);
        Assert.Equal(0, evaluation.TrainedOn);
        Assert.Equal(12, EvaluationRun.Open(model, options.Data, EvaluationSplit.All).TrainedOn);
    }

    [Fact]
    public void The_validation_part_that_was_split_off_is_found_again_in_another_place()
    {
        var plain = MiniPhotos.MakePlain(Scratch.At("plain"));
        var options = Options(epochs: 1) with { Data = plain };
        Run(options);
        Directory.Move(plain, Scratch.At("moved"));
        using var model = SavedModel.Open(new RunFolder(options.Output).Best);

        var evaluation = EvaluationRun.Open(model, Scratch.At("moved"));

        Assert.Equal("the validation part that the checkpoint records", evaluation.What);
        Assert.Equal(model.Data!.ValidationCount, evaluation.Samples.Count);
        Assert.Equal(0, evaluation.TrainedOn);
    }

    [Fact]
    public void A_real_PyTorch_checkpoint_reaches_its_published_first_answers()
    {
        var path = Repository.SharedOrSkip("weights", "imagenette-resnet18.pth");
        var error = Assert.Throws<PredictionException>(() => SavedModel.Open(path, new SavedModelOptions { Model = "resnet18" }));
        Assert.Contains("a guess would change predictions", error.Message);

        using var model = SavedModel.Open(path, new SavedModelOptions { Model = "resnet18", Preprocessing = Preprocessing.ImageNet(128) });
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
        var error = Assert.Throws<WeightsException>(() => SavedModel.Open(path, options));
        Assert.StartsWith($"{path} does not fit resnet34", error.Message);
        Assert.Equal(96, error.Mismatch!.Missing.Count);
        using var fitting = SavedModel.Open(path, options with { Model = "resnet18" });
        Assert.Equal(["class 0", "class 1", "class 2", "class 3"], fitting.Classes);
    }
}
