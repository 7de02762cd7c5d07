using JustAlexNet.Export;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Onnx;
using JustAlexNet.Recipes;
using JustAlexNet.Runs;
using JustAlexNet.Runs.Tests;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Transfer.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class OnnxBackboneTests : PretrainedFixture
{
    [Theory]
    [InlineData(null), InlineData(1), InlineData(4)]
    public void Features_are_what_the_network_gives_whatever_its_batch(int? batch)
    {
        using var network = OnnxNetwork.Open(TinyOnnx.Write(Scratch.At("tiny.onnx"), batch));
        var pixels = new byte[3 * 8 * 8 * 3];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i * 7);
        var values = new float[3 * 3];
        network.Run(pixels, 3, Preprocessing.Squash(8), values);

        // The network is a mean over all places: of normalised channels, so the normalised mean of the channel.
        var expected = from picture in Enumerable.Range(0, 3)
                       from channel in Enumerable.Range(0, 3)
                       let mean = Enumerable.Range(0, 64).Average(place => pixels[(picture * 64 + place) * 3 + channel] / 255.0)
                       select (mean - ChannelValues.ImageNetMean.ToArray()[channel]) / ChannelValues.ImageNetDeviation.ToArray()[channel];
        Same.Within(1e-5, [.. expected], [.. values.Select(v => (double)v)], "features");
        Assert.Equal(3, network.Width);
    }

    [Fact]
    public void Head_on_an_onnx_backbone_is_saved_as_an_onnx_file_that_gives_the_logits()
    {
        var options = OnnxOptions(TinyOnnx.Write(Scratch.At("tiny.onnx"), batch: null), data: Photos(train: 8, val: 3)).With(TransferSettings.Squashes, true);
        using var run = Run.Open(options);
        var result = run.Execute();

        Assert.Equal(9, result.Phases[^1].Measured);
        Assert.Equal(Path.Combine(options.Get(Output), "best_model.onnx"), run.Saved);
        using var saved = OnnxNetwork.Open(run.Saved);
        Assert.Equal(["dress", "hat", "pants"], OnnxMetadata.Classes(saved)!);
        Assert.Equal(Preprocessing.Squash(16), OnnxMetadata.Preprocessing(saved));
        var hits = run.Data.Validation.Count(sample => Logits(run.Saved, sample.Path) is var logits && Array.IndexOf(logits, logits.Max()) == sample.Label);
        Assert.Equal(result.Best!.ValTop1, hits / 9.0, 12);

        using var model = ModelFile.Open(run.Saved);
        Assert.Equal((null, "best_model.onnx"), (model.Network, model.Name));
        var evaluation = EvaluationRun.Open(model, options.Get(DataFolder), EvaluationSplit.Val);
        var report = evaluation.Run();
        Assert.Equal((9, result.Best.ValTop1), ((int)report.Count, report.Top1));
        Assert.Equal(result.Best.ValLoss, report.Loss, 5);
        var answers = new Predictor(model).Predict(evaluation.Samples.Select(sample => sample.Path)).ToList();
        Assert.Equal(hits, answers.Zip(evaluation.Samples).Count(pair => pair.First.Predictions[0].Index == pair.Second.Label));
    }

    [Fact]
    public void Names_for_people_are_kept_in_an_onnx_file()
    {
        using (var backbone = OnnxNetwork.Open(TinyOnnx.Write(Scratch.At("tiny.onnx"), batch: null)))
        using (var file = File.Create(Scratch.At("named.onnx")))
            OnnxHead.Write(backbone, file, new float[2 * backbone.Width], new float[2], ["n01", "n02"], Preprocessing.Squash(16), new Dictionary<string, string> { ["n01"] = "goldfish, Carassius auratus" });
        using var model = ModelFile.Open(Scratch.At("named.onnx"));
        Assert.Equal(["goldfish", "n02"], model.Classes.Readable);
        Assert.Equal("goldfish, Carassius auratus", model.Classes.Meanings["n01"]);
    }

    [Fact]
    public void Onnx_file_that_says_less_is_asked_about_and_contradictions_are_refused()
    {
        var plain = TinyOnnx.Write(Scratch.At("tiny.onnx"), batch: null, side: 16);
        Fault<PredictionException>($"{plain} does not say how its pictures were prepared, and a guess would change predictions.", new SavedModelOptions());
        Fault<PredictionException>($"{plain} holds its network itself, `model` says resnet18.", new SavedModelOptions { Model = "resnet18" });
        Fault<PredictionException>("`device` cuda: .onnx files run on the processor here.", new SavedModelOptions { Device = "cuda" });
        Fault<PredictionException>($"`image_size` is 32, {plain} takes 16 x 16 only.", new SavedModelOptions { Preprocessing = Preprocessing.Squash(32) });
        using var model = ModelFile.Open(plain, new SavedModelOptions { Preprocessing = Preprocessing.Squash(16) });
        Assert.Equal(["class 0", "class 1", "class 2"], model.Classes);

        void Fault<T>(string first, SavedModelOptions options) where T : Exception =>
            Assert.StartsWith(first + "\n", Assert.Throws<T>(() => ModelFile.Open(plain, options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exported_network_is_a_backbone_of_its_features_and_not_of_its_logits()
    {
        using (var model = ModelFile.Open(Weights(), new SavedModelOptions { Model = "resnet18", Preprocessing = Preprocessing.Squash(Side) }))
            _ = OnnxExport.Write(model, Scratch.At("exported.onnx"));
        var options = OnnxOptions(Scratch.At("exported.onnx"), side: null);
        using (var network = OnnxNetwork.OpenFeatures(Scratch.At("exported.onnx"))) Assert.Equal(("features", 512), (network.OutputName, network.Width));
        var onnx = Execute(options);
        var torch = Execute(Options(output: "torch").With(TransferSettings.Squashes, true).With(CommonSettings.Precision, Runtime.Precision.Fp32));
        Assert.Equal(torch.Best!.ValTop1, onnx.Best!.ValTop1);
        Assert.Equal(torch.Best.ValLoss, onnx.Best.ValLoss, 1e-3);
        using var saved = SavedModel.Open(Path.Combine(options.Get(Output), "best_model.onnx"));
        Assert.Equal((3, 512), (saved.Engine.Classes, saved.Engine.Features));
    }

    [Theory]
    [InlineData("second")]
    [InlineData("out")]
    public void Result_is_a_backbone_again_and_its_head_is_replaced(string output)
    {
        var options = OnnxOptions(TinyOnnx.Write(Scratch.At("tiny.onnx"), batch: null));
        Execute(options);
        Execute(OnnxOptions(Path.Combine(options.Get(Output), "best_model.onnx"), side: null, Photos(classes: 2)).With(Output, Scratch.At(output)).With(Overwrite, true));

        using var saved = OnnxNetwork.Open(Scratch.At(output, "best_model.onnx"), OnnxHead.Output);
        Assert.Equal((OnnxHead.Output, 2), (saved.OutputName, saved.Width));
        Assert.Equal(2, OnnxMetadata.Classes(saved)!.Count);
        using var features = OnnxNetwork.Open(saved.Path);
        Assert.Equal(3, features.Width);
    }

    [Fact]
    public void Weights_beside_the_file_come_into_the_result()
    {
        var options = OnnxOptions(TinyOnnx.Write(Scratch.At("two", "tiny.onnx"), batch: null, scale: "weights.data"));
        Execute(options);
        Directory.Delete(Scratch.At("two", "x")[..^2], recursive: true);

        using var saved = ModelFile.Open(Path.Combine(options.Get(Output), "best_model.onnx"));
        Assert.Equal(3, saved.Classes.Count);
        Assert.Null(new Predictor(saved).Predict([Directory.GetFiles(options.Get(DataFolder), "*.jpg", SearchOption.AllDirectories)[0]]).Single().Error);
    }

    [Fact]
    public void Output_that_is_no_row_a_picture_is_refused()
    {
        var map = TinyOnnx.WriteMap(Scratch.At("map.onnx"));
        Assert.Equal(
            $"{map} gives (1, 3, 224, 224) for a batch of 1, expected (N, K): a row of numbers a picture.\nExport the network so that it ends in a row for each picture, pooled and flattened.",
            Assert.Throws<OnnxException>(() => OnnxNetwork.Open(map)).Message);
    }

    [Fact]
    public void Probabilities_are_told_from_logits()
    {
        var squash = new SavedModelOptions { Preprocessing = Preprocessing.Squash(16) };
        using var logits = ModelFile.Open(TinyOnnx.Write(Scratch.At("tiny.onnx"), batch: null), squash);
        using var probabilities = ModelFile.Open(TinyOnnx.Write(Scratch.At("softmax.onnx"), batch: null, then: "Softmax"), squash);
        var photos = Directory.GetFiles(Photos(), "*.jpg", SearchOption.AllDirectories).Take(3).ToList();
        foreach (var (one, other) in new Predictor(logits).Predict(photos, new() { TopK = 3 }).Zip(new Predictor(probabilities).Predict(photos, new() { TopK = 3 })))
        {
            Assert.Equal(one.Predictions.Select(p => p.Class), other.Predictions.Select(p => p.Class));
            Same.Within(1e-6, [.. one.Predictions.Select(p => p.Probability)], [.. other.Predictions.Select(p => p.Probability)], "probabilities");
        }
        using var run = Run.Open(OnnxOptions(Scratch.At("softmax.onnx")));
        Assert.Contains($"{Scratch.At("softmax.onnx")} ends in a softmax: ", Assert.Single(run.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Second_run_takes_the_features_from_the_cache()
    {
        var options = OnnxOptions(TinyOnnx.Write(Scratch.At("tiny.onnx"), batch: null));
        Execute(options);
        var heard = new Counted();
        Execute(options.With(Output, Scratch.At("second")), heard);
        Assert.Equal(new WorkProgress("features", 24, 24, 24), heard.Last);
    }

    [Fact]
    public void Side_of_the_file_is_the_side_of_the_pictures()
    {
        var path = TinyOnnx.Write(Scratch.At("tiny.onnx"), batch: 1, side: 24);
        using var backbone = OnnxBackbone.Open(path, new PretrainedRequest(null, null, null));
        Assert.Equal(Preprocessing.ImageNet(24), backbone.Preprocessing);
        var fault = Assert.Throws<TransferException>(() => OnnxBackbone.Open(path, new PretrainedRequest(null, null, 32)));
        Assert.Equal($"`image_size` is 32, {path} takes 24 x 24 only.\nPass `image_size` 24, or leave it out.", fault.Message);
    }

    [Fact]
    public void What_is_no_network_is_refused()
    {
        var text = Scratch.At("text.onnx");
        File.WriteAllText(text, "no network");
        Assert.StartsWith($"{text} is no network that ONNX Runtime can run: ", Assert.Throws<OnnxException>(() => OnnxNetwork.Open(text)).Message, StringComparison.Ordinal);
        Assert.Equal("nothing.onnx: there is no such file.\nName an .onnx file.", Assert.Throws<OnnxException>(() => OnnxNetwork.Open("nothing.onnx")).Message);
        var grey = TinyOnnx.Write(Scratch.At("grey.onnx"), batch: null, channels: 1);
        Assert.StartsWith($"{grey} takes (-1, 1, -1, -1), expected (N, 3, S, S)", Assert.Throws<OnnxException>(() => OnnxNetwork.Open(grey)).Message, StringComparison.Ordinal);
    }

    private sealed class Counted : TrainingListener
    {
        public WorkProgress? Last { get; private set; }

        public override void Progressed(WorkProgress progress) => Last = progress;
    }

    // Through ONNX Runtime itself, as a user of the file would.
    private static float[] Logits(string file, string photo)
    {
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(file);
        using var image = ImageDecoder.Decode(photo);
        var pixels = new byte[16 * 16 * 3];
        Preprocessing.Squash(16).Apply(image, pixels);
        var input = new float[pixels.Length];
        for (var i = 0; i < pixels.Length; i++) input[i % 3 * 256 + i / 3] = (pixels[i] / 255f - (float)ChannelValues.ImageNetMean.ToArray()[i % 3]) / (float)ChannelValues.ImageNetDeviation.ToArray()[i % 3];
        using var tensor = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory(input, [1, 3, 16, 16]);
        using var options = new Microsoft.ML.OnnxRuntime.RunOptions();
        using var results = session.Run(options, ["input"], [tensor], [OnnxHead.Output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
