using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using JustAlexNet.Diagnosis;
using JustAlexNet.Engines;
using JustAlexNet.Files;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Models.Folding;
using JustAlexNet.Onnx;
using JustAlexNet.Runtime;

namespace JustAlexNet.Export;

/// <summary>The whole of <c>justalexnet export</c> without the command: a trained network becomes an .onnx file, which is compared with libtorch before it takes its name.</summary>
public static class OnnxExport
{
    /// <summary>Pictures on which the file is compared, at most.</summary>
    public const int MostPictures = 64;

    internal const string Checking = "comparing this machine's arithmetic with float64, once: layer";

    /// <summary>The largest difference of two logits that rounding explains, as a share of the largest logit: sums of the same products in another order differ by 1e-6, through 200 layers by 1e-5.</summary>
    public const double Limit = 1e-4;

    /// <summary>Writes a file: opset 17, IR version 8, batch normalisation folded where that is exact, any number of pictures of one size.</summary>
    /// <remarks>
    /// In: <c>pictures</c>, float32 (N, 3, S, S), RGB, (pixel / 255 - mean) / deviation; or, see <see cref="ExportOptions.EmbedPreprocessing"/>, <c>pixels</c>, uint8 (N, S, S, 3), RGB. Out: <c>logits</c> (N, K) and
    /// <c>features</c> (N, D), what the last layer takes. Metadata: classes, preprocessing, network, recipe and data of the run, licence, SHA-256 of the weights' file, calibration (<see cref="OnnxMetadata"/>).
    /// </remarks>
    /// <param name="model">Opened by <c>ModelFile</c>. Stays the caller's; its network moves to the processor.</param>
    /// <param name="target">The file to make; its folder is made where there is none. A link is kept, what it points to is written.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="progress">Told what is done, how much of it, of how much.</param>
    /// <param name="stop">Ends between batches; then there is no file.</param>
    /// <exception cref="ExportException">The model is an .onnx file, the target is there already or cannot be written, the pictures to calibrate with cannot be had, or the file does not compute what libtorch does.</exception>
    /// <exception cref="NumericsException">This machine computes the network wrongly: see <see cref="ExportOptions.UnsafeNumerics"/>.</exception>
    /// <exception cref="DataException">The pictures to compare on cannot be had.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public static ExportReport Write(SavedModel model, string target, ExportOptions? options = null, Action<string, int, int>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(target);
        options ??= new ExportOptions();
        if (model.Engine is not NetworkEngine { Network: var network }) throw new ExportException($"{model.Path} is an .onnx file already.\nName a checkpoint of train or transfer, or weights of PyTorch.");
        if (!options.Overwrite && (File.Exists(target) || Directory.Exists(target))) throw new ExportException($"{target} is there already; it is left as it is.\nName another file, or pass `overwrite` to replace it.");
        var data = options.Precision == ExportPrecision.EightBit ? CalibrationData.Find(options.Calibrate, model) : null;
        var pictures = data is null ? CheckPictures.Find(options.Check, model, MostPictures) : null;
        using var file = Begin(target);
        network.MoveTo(ComputeDevice.Cpu);
        var notes = new List<string>();
        var sizes = ArithmeticGuard.SizesOf(pictures?.Count ?? data!.HeldOut.Count, Predictor.BatchSizeOf(model.Preprocessing.Side));
        if (ArithmeticGuard.Standard.Require(network.Name, network.Classes, model.Preprocessing.Side, ComputeDevice.Cpu, ArithmeticGuard.Using(sizes), options.UnsafeNumerics, (done, of) => progress?.Invoke(Checking, done, of)) is { } wrong) notes.Add(wrong);
        using var folded = new FoldedGraph(network, model.Preprocessing.Side, model.Preprocessing.Side);
        Written written;
        if (data is null)
        {
            var graph = new OnnxGraph();
            var bytes = Compose(graph, new FloatForm(graph), null);
            var (found, left) = Compare(model, bytes, target, pictures!, stop);
            written = new(bytes, found, left, null);
            if (notes.Count == 0) RequireSame(written.Comparison, target);
        }
        else
        {
            written = new Int8Export(model, folded, data, ProcessorFeatures.SaturatesInt8 ? 7 : 8, Compose).Write(target, progress, stop);
            notes.AddRange(Int8Words.Notes(written.Int8!, target));
        }
        notes.AddRange(CheckPictures.Notes(written.LeftOut));
        Named(target, () =>
        {
            file.Content.Write(written.File);
            file.Commit();
            return true;
        });
        return new ExportReport(written.File.Length, written.Comparison, notes) { Quantisation = written.Int8 };

        byte[] Compose(OnnxGraph graph, NumberForm form, Int8Plan? plan)
        {
            NetworkWriter.Write(folded, model.Preprocessing, options.EmbedPreprocessing, graph, form);
            return graph.ToArray(Metadata(model, network, options, plan), TorchRuntime.Versions()["justalexnet"]);
        }
    }

    private static (ExportComparison Found, IReadOnlyList<SkippedImage> LeftOut) Compare(SavedModel model, byte[] bytes, string target, CheckPictures pictures, CancellationToken stop)
    {
        using var exported = new OnnxEngine(OnnxNetwork.Open(bytes, target, NetworkWriter.Logits));
        var compared = new ComparedEngines(exported, model.Preprocessing);
        var left = pictures.Run(model.Engine, model.Preprocessing, (buffer, count) =>
        {
            using var expected = model.Engine.Run(buffer, count, model.Preprocessing, features: true);
            compared.Add(expected, buffer, count);
        }, stop);
        return (compared.Result(pictures.Name(compared.Count)), left);
    }

    private static void RequireSame(ExportComparison found, string target)
    {
        if (found.LargestDifference <= Limit && found.LargestFeatureDifference <= Limit) return;
        throw new ExportException(string.Create(CultureInfo.InvariantCulture,
            $"{target} was not written: on {found.Pictures} its logits differ from libtorch's by up to {found.LargestDifference:0.0e+0} of the largest, its features by {found.LargestFeatureDifference:0.0e+0} (limit {Limit:0.0e+0}).\nPlease report it with what justalexnet doctor says."));
    }

    private static Dictionary<string, string> Metadata(SavedModel model, Network network, ExportOptions options, Int8Plan? plan)
    {
        var said = new Dictionary<string, string>
        {
            [OnnxMetadata.NetworkKey] = network.Name,
            [OnnxMetadata.PrecisionKey] = plan is null ? "fp32" : "int8",
            [OnnxMetadata.PreprocessingKey] = JsonSerializer.Serialize(model.Preprocessing.ToDictionary()),
            [OnnxMetadata.InputKey] = options.EmbedPreprocessing
                ? "uint8 (N, S, S, 3), RGB, 0 to 255, resized as 'preprocessing' says; mean and std are applied within"
                : "float32 (N, 3, S, S), RGB, resized as 'preprocessing' says, then (pixel / 255 - mean) / std",
        };
        if (model.Classes.AreKnown) said[OnnxMetadata.ClassesKey] = JsonSerializer.Serialize<IEnumerable<string>>(model.Classes);
        if (model.Classes.Meanings.Count > 0) said[OnnxMetadata.DisplayNamesKey] = JsonSerializer.Serialize(model.Classes.Meanings);
        if (plan is not null) said[OnnxMetadata.CalibrationKey] = Int8Words.Metadata(plan);
        if (model.Recipe is { } recipe) said[OnnxMetadata.RecipeKey] = recipe;
        if (model.Data is { } data) said[OnnxMetadata.DataKey] = DataRecordText.Of(data);
        if (model.Licence is { } licence) said[OnnxMetadata.LicenceKey] = licence;
        if (File.Exists(model.Path))
        {
            using var weights = File.OpenRead(model.Path);
            said[OnnxMetadata.WeightsKey] = Convert.ToHexStringLower(SHA256.HashData(weights));
        }
        return said;
    }

    private static AtomicFile Begin(string target) => Named(target, () =>
    {
        if (Path.GetDirectoryName(target) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        return new AtomicFile(target);
    });

    private static T Named<T>(string target, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExportException($"cannot write {target}: {WriteFault.Reason(e, target)}\n{WriteFault.Advice(e, target, "name another file")}.", e);
        }
    }
}

/// <summary>What becomes a file.</summary>
internal sealed record Written(byte[] File, ExportComparison Comparison, IReadOnlyList<SkippedImage> LeftOut, Int8Report? Int8);
