using JustAlexNet.Engines;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Inference.Tests;
using JustAlexNet.Models;
using JustAlexNet.Onnx;
using JustAlexNet.TestSupport;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Export.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class Int8ExportTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("resnet18", 20, 8, 0), InlineData("alexnet", 5, 0, 2), InlineData("densenet121", 120 + 62, 0, 0)]
    public void Every_convolution_runs_in_whole_numbers_and_answers_stay_near(string name, int convolutions, int additions, int products)
    {
        using var model = Model(name, 64);
        var target = scratch.At("model.onnx");
        var report = OnnxExport.Write(model, target, new ExportOptions { Precision = ExportPrecision.EightBit, Calibrate = Photos(labelled: true) });
        var int8 = report.Quantisation!;
        Assert.Equal((convolutions, additions, products, 0), (Count("QLinearConv"), Count("QLinearAdd"), Count("QGemm"), int8.FloatConvolutions));
        Assert.Equal((products > 0 ? 1 : 0, 1), (Count("Relu"), Count("Gemm")));      // the last layer alone computes, and what it takes is, in float32
        Assert.Empty(int8.FloatLayers);
        Assert.InRange(report.Comparison.LargestDifference, 1e-4, 0.25);        // rounded, and yet the same network
        Assert.Equal((20, 10, report.Comparison.Count), (int8.CalibratedOn, int8.MeasuredOn, int8.MeasuredOn));
        Assert.Equal(Enum.GetValues<CalibrationMethod>(), int8.Candidates.Select(candidate => candidate.Method));
        Assert.All(int8.Candidates, candidate => Assert.NotNull(candidate.Top1));
        var asGood = int8.Candidates.Where(candidate => candidate.Top1 >= int8.Candidates.Max(other => other.Top1) - 2.1 / int8.MeasuredOn);       // two photos are chance
        Assert.Equal(asGood.Min(candidate => candidate.MeanDifference), int8.Chosen.MeanDifference);
        using var file = OnnxNetwork.Open(target);
        Assert.Equal(("int8", model.Engine.Features), (file.Metadata[OnnxMetadata.PrecisionKey], file.FeatureWidth));
        Assert.Contains($"\"pictures\":20", file.Metadata[OnnxMetadata.CalibrationKey], StringComparison.Ordinal);

        int Count(string op) => int8.Operators.GetValueOrDefault(op);
    }

    [Fact]
    public void Photos_of_other_classes_are_taken_without_their_labels()
    {
        using var model = Model("resnet18", 32);
        var report = OnnxExport.Write(model, scratch.At("model.onnx"), new ExportOptions { Precision = ExportPrecision.EightBit, Calibrate = Photos(labelled: false) });
        Assert.Null(report.Quantisation!.ExactTop1);
        Assert.Null(report.Quantisation.Loss);
        Assert.Equal((15, 15), (report.Quantisation.CalibratedOn, report.Quantisation.MeasuredOn));
    }

    [Fact]
    public void Pictures_that_cannot_be_read_are_not_counted_and_one_is_named()
    {
        using var model = Model("resnet18", 32);
        var folder = Photos(labelled: true);
        string[] files = [.. Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        File.WriteAllText(files.First(file => file.Contains("train", StringComparison.Ordinal)), "no picture");
        var options = new ExportOptions { Precision = ExportPrecision.EightBit, Calibrate = folder };
        var report = OnnxExport.Write(model, scratch.At("model.onnx"), options);
        Assert.Equal((19, 10), (report.Quantisation!.CalibratedOn, report.Quantisation.MeasuredOn));
        Assert.StartsWith("1 picture cannot be read and was left out: ", Assert.Single(report.Notes, note => note.Contains("left out", StringComparison.Ordinal)));
        using (var file = OnnxNetwork.Open(scratch.At("model.onnx"))) Assert.Contains("\"pictures\":19", file.Metadata[OnnxMetadata.CalibrationKey], StringComparison.Ordinal);

        File.WriteAllText(files.First(file => file.Contains("val", StringComparison.Ordinal)), "no picture");
        Assert.Contains("19 pictures that can be read to find ranges by and 9 to measure on", Assert.Throws<ExportException>(() => OnnxExport.Write(model, scratch.At("other.onnx"), options)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch.At("other.onnx")));
    }

    [Fact]
    public void Without_pictures_or_with_too_few_it_is_said_what_to_pass()
    {
        using var model = Model("resnet18", 32);
        Refuses(null, "int8 needs pictures such as the network will see, for the ranges of its values, and the folder that nowhere.pth was trained on is not here.\nPass `calibrate` FOLDER: some hundred of them, in class folders if possible.");
        Refuses(scratch.At("none"), $"{scratch.At("none")}: there is no such folder.\nName a folder of pictures with `calibrate`.");
        TestPictures.Write(scratch.At("few", "a.bmp"), 40, 40, 1);
        Refuses(scratch.At("few"), $"{scratch.At("few")} has 1 picture that can be read to find ranges by and 0 to measure on, expected 10 or more of each.\nName a folder of more pictures with `calibrate`; some hundred are good.");

        void Refuses(string? folder, string said) =>
            Assert.Equal(said, Assert.Throws<ExportException>(() => OnnxExport.Write(model, scratch.At("model.onnx"), new ExportOptions { Precision = ExportPrecision.EightBit, Calibrate = folder })).Message);
    }

    [Theory]
    [InlineData(8, 127), InlineData(7, 63)]
    public void Weights_take_the_bits_they_may_and_a_bias_beside_tiny_weights_still_fits(int bits, int most)
    {
        var graph = new OnnxGraph();
        var form = new Int8Form(graph, new Dictionary<string, ValueRange> { ["0"] = new(0, 2.55f) }, bits);
        var input = form.Value(graph.Input("x", isBytes: false, 1, 1, 1), "0");
        _ = form.Weights(input, [0.4f, -1f, 1e-12f, 0f], [2, 2], [0.25f, 100f]);
        File.WriteAllBytes(scratch.At("a.onnx"), graph.ToArray(new Dictionary<string, string>(), ""));
        var tensors = OnnxModel.Read(scratch.At("a.onnx")).Graph.Initializer.ToDictionary(tensor => tensor.Name, tensor => tensor.RawData.ToByteArray());
        var scales = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensors["weight_scale_0"]).ToArray();
        var bias = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(tensors["bias_0"]).ToArray();
        Assert.Equal([(sbyte)Math.Round(0.4 * most), (sbyte)-most, 0, 0], Array.ConvertAll(tensors["weight_0"], value => (sbyte)value));
        Assert.Equal(1f / most, scales[0]);
        Assert.Equal(0.25, bias[0] * 0.01 * scales[0], tolerance: 1e-4);
        Assert.Equal(100, bias[1] * 0.01 * scales[1], tolerance: 1e-3);
    }

    [Theory]
    [InlineData(-50, 30, 0, 10, 0, 20, -10, 20), InlineData(-5, 6, 0, 10, 0, 20, -5, 6), InlineData(-50, 30, -4, 10, 0, 12, -10, 16)]
    public void What_a_sum_cannot_show_is_not_told_apart(float low, float high, float otherLow, float otherHigh, float sumLow, float sumHigh, float expectedLow, float expectedHigh) =>
        Assert.Equal(new ValueRange(expectedLow, expectedHigh), new ValueRange(low, high).Within(new(otherLow, otherHigh), new(sumLow, sumHigh)));

    [Fact]
    public void A_layer_that_takes_an_exact_value_stays_in_float()
    {
        var graph = new OnnxGraph();
        var form = new Int8Form(graph, new Dictionary<string, ValueRange> { ["0"] = new(0, 1) }, bits: 8, exact: new HashSet<string> { "1" });
        var (rounded, exact) = (form.Value(graph.Input("x", isBytes: false, 1, 1, 1), "0"), form.Value("x", "1"));
        _ = form.Weights(rounded, [0.4f], [1, 1], [0f]);
        _ = form.Weights(exact, [0.4f], [1, 1], [0.3f]);
        form.Show(exact, "shown");
        Assert.Equal(("x", 2), (exact, form.Layers));
        Assert.Equal([2], form.FloatLayers);
        File.WriteAllBytes(scratch.At("a.onnx"), graph.ToArray(new Dictionary<string, string>(), ""));
        var file = OnnxModel.Read(scratch.At("a.onnx")).Graph;
        Assert.Contains(file.Initializer, tensor => tensor.DataType == 1 && tensor.RawData.Span.SequenceEqual(BitConverter.GetBytes(0.3f)));
        Assert.Equal("Identity", file.Node.Single(node => node.Output.Contains("shown")).OpType);
    }

    [Fact]
    public void Layers_that_cost_most_stay_in_float_until_the_loss_is_small()
    {
        using var model = Model("resnet18", 32);
        List<string> pictures = [.. Enumerable.Range(0, 60).Select(i => scratch.At("all", $"{i}.bmp"))];
        for (var i = 0; i < pictures.Count; i++) TestPictures.Write(pictures[i], 30 + i, 40 + i % 7, i + 1);
        using var predictor = new Predictor(model);
        foreach (var (answer, i) in predictor.Predict(pictures).Select((answer, i) => (answer, i)))       // right in float by definition
        {
            var target = scratch.At("photos", i % 2 == 0 ? "train" : "val", answer.Predictions[0].Class, $"{i}.bmp");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(pictures[i], target);
        }
        foreach (var name in model.Classes)
            foreach (var part in new[] { "train", "val" })
                if (!Directory.Exists(scratch.At("photos", part, name))) TestPictures.Write(scratch.At("photos", part, name, "other.bmp"), 30, 30, 99);
        var network = ((NetworkEngine)model.Engine).Network;
        using var folded = new Models.Folding.FoldedGraph(network, 32, 32);
        var export = new Int8Export(model, folded, CalibrationData.Find(scratch.At("photos"), model), bits: 2, (graph, form, plan) =>
        {
            NetworkWriter.Write(folded, model.Preprocessing, embeds: false, graph, form);
            return graph.ToArray(new Dictionary<string, string> { [OnnxMetadata.CalibrationKey] = Int8Words.Metadata(plan!) }, "");
        });
        var written = export.Write(scratch.At("model.onnx"), progress: null, CancellationToken.None);
        var report = written.Int8!;
        Assert.True(report.ExactTop1 - report.Chosen.Top1 > 0.1, $"two bits a weight cost {report.ExactTop1 - report.Chosen.Top1}: nothing to mend");
        Assert.NotEmpty(report.FloatLayers);
        Assert.True(report.Final.Top1 > report.Chosen.Top1);
        Assert.Equal((21, report.FloatLayers.Count), (report.Layers, report.FloatConvolutions + (report.FloatLayers.Contains(21) ? 1 : 0)));
        Assert.Contains($"{report.FloatLayers.Count} of 21 layers stay in float32", Int8Words.Notes(report, "model.onnx").First(), StringComparison.Ordinal);
        using var opened = OnnxNetwork.Open(written.File, "model.onnx", NetworkWriter.Logits);
        Assert.Contains($"\"float_layers\":[{string.Join(',', report.FloatLayers)}]", opened.Metadata[OnnxMetadata.CalibrationKey], StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_holds_zero_exactly_and_methods_cut_what_is_rare()
    {
        var histogram = new ValueHistogram();
        histogram.Add([.. Enumerable.Range(0, 100_000).Select(i => i % 1000 / 1000f)]);
        histogram.Add([-0.5f, 40f]);
        var (whole, cut) = (histogram.Range(CalibrationMethod.MinMax), histogram.Range(CalibrationMethod.Percentile));
        Assert.Equal(new ValueRange(-0.5f, 40f), whole);
        Assert.InRange(cut.Highest, 0.98f, 1.1f);
        Assert.Equal(-0.5f, cut.Lowest);
        Assert.InRange(histogram.Range(CalibrationMethod.Entropy).Highest, 0.9f, 40f);
        Assert.All([whole, cut, new ValueRange(0, 3), new ValueRange(0, 0)], range => Assert.InRange(range.Zero, 0, 255));
        Assert.Equal((0, 1 / 85f), (new ValueRange(0, 3).Zero, new ValueRange(0, 3).Scale));
    }

    private string Photos(bool labelled)
    {
        for (var i = 0; i < 30; i++) TestPictures.Write(scratch.At("photos", labelled ? i < 20 ? "train" : "val" : "", $"c{(labelled ? i % 10 : 77 + i % 2)}", $"{i}.bmp"), 60 + i, 70, i + 1);
        return scratch.At("photos");
    }

    private static SavedModel Model(string name, int side)
    {
        var network = ModelCatalogue.Find(name)!.Create(10, seed: null);
        Reference.Fill(network);
        return new SavedModel("nowhere.pth", new NetworkEngine(network), new ClassNames([.. Enumerable.Range(0, 10).Select(i => $"c{i}")]), Preprocessing.Squash(side));
    }
}
