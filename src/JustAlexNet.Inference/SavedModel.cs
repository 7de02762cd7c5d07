using JustAlexNet.Imaging;
using JustAlexNet.Onnx;

namespace JustAlexNet.Inference;

/// <summary>A trained network with everything that using it takes: classes and preprocessing.</summary>
/// <remarks>Thread-safe: the network computes one batch after another. Dispose frees it.</remarks>
public sealed class SavedModel : IDisposable
{
    internal SavedModel(string path, Engine engine, ClassNames classes, Preprocessing preprocessing) => (Path, Engine, Classes, Preprocessing) = (path, engine, classes, preprocessing);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What the network is called, such as <c>resnet18</c>; for an .onnx file the file's name.</summary>
    public string Name => Engine.Name;

    /// <summary>What its classes are called, in the order of the logits.</summary>
    public ClassNames Classes { get; }

    /// <summary>How pictures become its input.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>What its convolutions and linear layers compute in: <c>fp32</c> (default), <c>bf16</c> or <c>fp16</c>. Answers are float32.</summary>
    public string Precision { get; internal init; } = "fp32";

    /// <summary>What it was trained on, where the file says so.</summary>
    public DataRecord? Data { get; internal init; }

    /// <summary>The recipe of its run, a JSON object by the settings' names, where the file says so.</summary>
    public string? Recipe { get; internal init; }

    /// <summary>Under which terms the weights may be used, where that is known.</summary>
    public string? Licence { get; internal init; }

    /// <summary>What a person should know, a sentence each: names of entries that were changed, counters that the file lacks.</summary>
    public IReadOnlyList<string> Notes { get; internal init; } = [];

    /// <summary>What computes; freed with this object.</summary>
    public Engine Engine { get; }

    /// <summary>Whether a file is taken for an ONNX one: by its ending.</summary>
    internal static bool IsOnnx(string path) => System.IO.Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens an .onnx file such as <c>justalexnet export</c> or <c>transfer</c> leaves. (What PyTorch can read is opened by <c>JustAlexNet.Engines.ModelFile</c> of the package JustAlexNet.)</summary>
    /// <exception cref="PredictionException">Something is missing or contradicts the file, or it is none of these.</exception>
    /// <exception cref="OnnxException">The .onnx file is no network of one picture in and a row of logits out.</exception>
    public static SavedModel Open(string path, SavedModelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new SavedModelOptions();
        if (!IsOnnx(path)) throw new PredictionException($"{path} does not end in .onnx, and libtorch, which opens other files, is not in this program.\nOpen it with ModelFile.Open of the package JustAlexNet.");
        if (options.Model is { } model) throw new PredictionException($"{path} holds its network itself, `model` says {model}.\nLeave `model` out.");
        if (options.Device is not ("auto" or "cpu")) throw new PredictionException($"`device` {options.Device}: .onnx files run on the processor here.\nLeave `device` out.");
        if (options.Precision is not ("auto" or "fp32")) throw new PredictionException($"`precision` {options.Precision}: .onnx files are computed in fp32 here.\nLeave `precision` out, or take a checkpoint (.pth).");
        return Of(OnnxNetwork.Open(path, OnnxHead.Output), options);
    }

    /// <summary>The model of an open network, which it takes over; freed where that fails.</summary>
    internal static SavedModel Of(OnnxNetwork network, SavedModelOptions options)
    {
        var path = network.Path;
        try
        {
            var preprocessing = options.Prepared(path, OnnxMetadata.Preprocessing(network));
            if (network.Side is { } side && side != preprocessing.Side) throw new PredictionException($"`image_size` is {preprocessing.Side}, {path} takes {side} x {side} only.\nPass `image_size` {side}.");
            var known = OnnxMetadata.Classes(network);
            if (known is not null && known.Count != network.Width) throw new PredictionException($"{path} names {Counted.Of(known.Count, "class")} and gives {Counted.Of(network.Width, "logit")}.\nWrite the file again with justalexnet export or transfer.");
            return new SavedModel(path, new OnnxEngine(network), options.Named(path, known, OnnxMetadata.DisplayNames(network), network.Width), preprocessing)
            {
                Data = network.Metadata.TryGetValue(OnnxMetadata.DataKey, out var data) ? DataRecordText.Read(data, path) : null,
                Recipe = OnnxMetadata.Recipe(network),
                Licence = network.Metadata.GetValueOrDefault(OnnxMetadata.LicenceKey),
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => Engine.Dispose();
}
