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

    /// <summary>The largest difference of two logits that rounding explains, as a share of the largest logit: sums of the same products in another order differ by 1e-6, through 200 layers by 1e-5.</summary>
    public const double Limit = 1e-4;

    /// <summary>Writes a file: opset 17, IR version 8, batch normalisation folded where that is exact, any number of pictures of one size, float32.</summary>
    /// <remarks>
    /// In: <c>pictures</c>, float32 (N, 3, S, S), RGB, (pixel / 255 - mean) / deviation; or, see <see cref="ExportOptions.EmbedPreprocessing"/>, <c>pixels</c>, uint8 (N, S, S, 3), RGB. Out: <c>logits</c> (N, K) and
    /// <c>features</c> (N, D), what the last layer takes. Metadata: classes, preprocessing, network, recipe and data of the run, licence, SHA-256 of the weights' file (<see cref="OnnxMetadata"/>).
    /// </remarks>
    /// <param name="model">Opened by <c>ModelFile</c>. Stays the caller's; its network moves to the processor.</param>
    /// <param name="target">The file to make; its folder is made where there is none. A link is kept, what it points to is written.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="progress">Told how many of how many layers' arithmetic was checked, once a machine.</param>
    /// <param name="stop">Ends between batches; then there is no file.</param>
    /// <exception cref="ExportException">The model is an .onnx file, the target is there already or cannot be written, or the file does not compute what libtorch does.</exception>
    /// <exception cref="NumericsException">This machine computes the network wrongly: see <see cref="ExportOptions.UnsafeNumerics"/>.</exception>
    /// <exception cref="DataException">The pictures to compare on cannot be had.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public static ExportReport Write(SavedModel model, string target, ExportOptions? options = null, Action<int, int>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(target);
        options ??= new ExportOptions();
        if (model.Engine is not NetworkEngine { Network: var network }) throw new ExportException($"{model.Path} is an .onnx file already.\nName a checkpoint of train or transfer, or weights of PyTorch.");
        if (!options.Overwrite && (File.Exists(target) || Directory.Exists(target))) throw new ExportException($"{target} is there already; it is left as it is.\nName another file, or pass `overwrite` to replace it.");
        var pictures = CheckPictures.Find(options.Check, model, MostPictures);
        using var file = Begin(target);
        network.MoveTo(ComputeDevice.Cpu);
        var notes = new List<string>();
        var sizes = ArithmeticGuard.SizesOf(pictures.Count, Predictor.BatchSizeOf(model.Preprocessing.Side));
        if (ArithmeticGuard.Standard.Require(network.Name, network.Classes, model.Preprocessing.Side, ComputeDevice.Cpu, ArithmeticGuard.Using(sizes), options.UnsafeNumerics, progress) is { } wrong) notes.Add(wrong);
        using var folded = new FoldedGraph(network, model.Preprocessing.Side, model.Preprocessing.Side);
        var bytes = Compose(folded, model, network, options);
        var comparison = Compare(model, bytes, target, pictures, stop);
        var isSame = comparison.LargestDifference <= Limit && comparison.LargestFeatureDifference <= Limit;
        if (!isSame && notes.Count == 0)
            throw new ExportException(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{target} was not written: on {comparison.Pictures} its logits differ from libtorch's by up to {comparison.LargestDifference:0.0e+0} of the largest, its features by {comparison.LargestFeatureDifference:0.0e+0} (limit {Limit:0.0e+0}).\nPlease report it with what justalexnet doctor says."));
        Named(target, () =>
        {
            file.Content.Write(bytes);
            file.Commit();
            return true;
        });
        return new ExportReport(bytes.Length, comparison, notes);
    }

    private static byte[] Compose(FoldedGraph folded, SavedModel model, Network network, ExportOptions options)
    {
        var graph = new OnnxGraph();
        NetworkWriter.Write(folded, model.Preprocessing, options.EmbedPreprocessing, graph, new FloatForm(graph));
        return graph.ToArray(Metadata(model, network, options), TorchRuntime.Versions()["justalexnet"]);
    }

    private static ExportComparison Compare(SavedModel model, byte[] bytes, string target, CheckPictures pictures, CancellationToken stop)
    {
        using var exported = new OnnxEngine(OnnxNetwork.Open(bytes, target, NetworkWriter.Logits));
        var compared = new ComparedEngines(model.Engine, exported, model.Preprocessing);
        pictures.Run(model.Engine, model.Preprocessing, compared.Add, stop);
        return compared.Result(pictures.Name);
    }

    private static Dictionary<string, string> Metadata(SavedModel model, Network network, ExportOptions options)
    {
        var said = new Dictionary<string, string>
        {
            [OnnxMetadata.NetworkKey] = network.Name,
            [OnnxMetadata.PrecisionKey] = "fp32",
            [OnnxMetadata.PreprocessingKey] = JsonSerializer.Serialize(model.Preprocessing.ToDictionary()),
            [OnnxMetadata.InputKey] = options.EmbedPreprocessing
                ? "uint8 (N, S, S, 3), RGB, 0 to 255, resized as 'preprocessing' says; mean and std are applied within"
                : "float32 (N, 3, S, S), RGB, resized as 'preprocessing' says, then (pixel / 255 - mean) / std",
        };
        if (model.Classes.AreKnown) said[OnnxMetadata.ClassesKey] = JsonSerializer.Serialize<IEnumerable<string>>(model.Classes);
        if (model.Classes.Meanings.Count > 0) said[OnnxMetadata.DisplayNamesKey] = JsonSerializer.Serialize(model.Classes.Meanings);
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
