using System.Diagnostics;
using JustAlexNet.Engines;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Onnx;
using JustAlexNet.Runtime;
using JustAlexNet.TestSupport;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Export.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class OnnxExportTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    // AlexNet: 200 px have 5 x 5 places before its pooling to 6 x 6, 416 px 12 x 12, 224 px 6 x 6.
    public static TheoryData<string, int, bool> Networks =>
    [
        .. ModelCatalogue.All.SelectMany(row => new[] { (row.Name, row.Name == "alexnet" ? 200 : 64, false), (row.Name, 224, true) }), ("alexnet", 416, false), ("resnet18", 33, true), ("densenet121", 29, false),
    ];

    [Theory, MemberData(nameof(Networks))]
    public void Every_network_gives_the_plain_networks_logits_and_features(string name, int side, bool embeds)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = Model(name, side);
        var path = scratch.At("model.onnx");
        var report = OnnxExport.Write(model, path, new ExportOptions { EmbedPreprocessing = embeds });
        Assert.InRange(report.Comparison.LargestDifference, double.Epsilon, 2e-5);

        const int count = 3;
        var pixels = Pixels(count, side);
        var rows = tensor(pixels).reshape(count, side, side, 3).permute(0, 3, 1, 2);
        var pictures = NetworkInput.From(rows, model.Preprocessing, ComputeDevice.Cpu);
        var network = ((NetworkEngine)model.Engine).Network;
        using var exported = OnnxNetwork.Open(path);
        Assert.Equal((embeds, (int?)side, 10, (int?)network.FeatureCount), (exported.TakesPixels, exported.Side, exported.Width, exported.FeatureWidth));
        var (logits, features) = (new float[count * 10], new float[count * network.FeatureCount]);
        exported.Run(pixels, count, model.Preprocessing, logits, features);
        Same.Within(1e-5, Same.Doubles(network.Forward(pictures)), Array.ConvertAll(logits, v => (double)v), "logits");
        Same.Within(1e-5, Same.Doubles(network.Features(pictures)), Array.ConvertAll(features, v => (double)v), "features");
    }

    [Fact]
    public void A_file_says_of_itself_what_the_checkpoint_said()
    {
        var preprocessing = new Preprocessing(new ShorterSideCrop(40, 32)) { HonourExifOrientation = false };
        var data = new DataRecord("abc", [1, -2], [3], validationWasSplitOff: true);
        using var model = Model("resnet18", 32, preprocessing, data);
        OnnxExport.Write(model, scratch.At("model.onnx"));
        using var again = SavedModel.Open(scratch.At("model.onnx"));
        Assert.Equal(model.Classes, again.Classes);
        Assert.Equal("black, dark", again.Classes.Meanings["c0"]);
        Assert.Equal(preprocessing, again.Preprocessing);
        Assert.Equal(("{\"lr\":0.1}", "free"), (again.Recipe, again.Licence));
        Assert.Equal((data.Fingerprint, data.ValidationWasSplitOff), (again.Data!.Fingerprint, again.Data.ValidationWasSplitOff));
        Assert.Equal(data.Training, again.Data.Training);
        Assert.Equal(data.Validation, again.Data.Validation);
        using var network = OnnxNetwork.Open(scratch.At("model.onnx"));
        Assert.Equal(("resnet18", "fp32"), (network.Metadata[OnnxMetadata.NetworkKey], network.Metadata[OnnxMetadata.PrecisionKey]));
    }

    [Fact]
    public void A_record_of_data_that_is_none_is_refused_by_name()
    {
        using var model = Model("resnet18", 32);
        OnnxExport.Write(model, scratch.At("model.onnx"));
        var file = OnnxModel.Read(scratch.At("model.onnx"));
        file.MetadataProps.Add(new Onnx.Format.StringStringEntryProto { Key = OnnxMetadata.DataKey, Value = "{\"fingerprint\": 1}" });
        File.WriteAllBytes(scratch.At("bad.onnx"), Google.Protobuf.MessageExtensions.ToByteArray(file));
        var fault = Assert.Throws<PredictionException>(() => SavedModel.Open(scratch.At("bad.onnx")));
        Assert.Equal($"{scratch.At("bad.onnx")} does not say in a way that can be used what it was trained on: 'data' in its metadata is no record of pictures.\nWrite the file again with justalexnet export.", fault.Message);
    }

    [Fact]
    public void A_network_whose_answers_are_no_numbers_is_not_exported()
    {
        using var model = Model("resnet18", 32);
        using (no_grad()) _ = ((NetworkEngine)model.Engine).Network.State[0].Value.fill_(float.NaN);
        var fault = Assert.Throws<ExportException>(() => OnnxExport.Write(model, scratch.At("model.onnx")));
        Assert.StartsWith($"{scratch.At("model.onnx")} was not written: on 4 views of a photo of this program its logits differ from libtorch's by up to NaN of the largest", fault.Message);
        Assert.Empty(Directory.GetFileSystemEntries(scratch.Folder));
    }

    [Fact]
    public void The_checker_of_ONNX_accepts_the_files()
    {
        Assert.SkipUnless(File.Exists(Python), $"No checker of ONNX here ({Python} is absent): apt-get install python3-onnx");
        var (missing, why) = Run("import onnx");
        Assert.SkipWhen(missing != 0, $"No checker of ONNX here ({why.Trim().Split('\n')[^1]}): apt-get install python3-onnx");
        foreach (var (name, side, embeds) in new[] { ("alexnet", 200, false), ("resnet18", 64, true), ("densenet121", 64, false) })
        {
            using var model = Model(name, side);
            OnnxExport.Write(model, scratch.At($"{name}.onnx"), new ExportOptions { EmbedPreprocessing = embeds });
            var (exit, said) = Run($"import onnx; m = onnx.load('{scratch.At($"{name}.onnx")}'); onnx.checker.check_model(m, full_check=True); print(m.opset_import[0].version, m.ir_version, m.graph.output[0].type.tensor_type.shape.dim[0].dim_param)");
            Assert.True(exit == 0, said);
            Assert.Equal("17 8 N", said.Trim());
        }
    }

    private static (int Exit, string Said) Run(string script)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private static SavedModel Model(string name, int side, Preprocessing? preprocessing = null, DataRecord? data = null)
    {
        var network = ModelCatalogue.Find(name)!.Create(10, seed: null);
        Reference.Fill(network);
        var classes = new ClassNames([.. Enumerable.Range(0, 10).Select(i => $"c{i}")], new Dictionary<string, string> { ["c0"] = "black, dark" });
        return new SavedModel("nowhere.pth", new NetworkEngine(network), classes, preprocessing ?? Preprocessing.Squash(side)) { Recipe = "{\"lr\":0.1}", Licence = "free", Data = data };
    }

    private static byte[] Pixels(int count, int side) => Array.ConvertAll(Reference.Uniform("pixels", (long)count * side * side * 3), v => (byte)Math.Clamp((v + 1) * 128, 0, 255));
}
