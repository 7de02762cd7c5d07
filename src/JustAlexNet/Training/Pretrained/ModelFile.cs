using JustAlexNet.Engines;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>Opens every file that holds a trained network.</summary>
public static class ModelFile
{
    /// <summary>
    /// Loads a checkpoint of ours, a state dictionary of PyTorch or safetensors (plain, or under <c>state_dict</c>, <c>model</c> or <c>model_state_dict</c>), or an .onnx
    /// file such as <c>justalexnet transfer</c> leaves. The caller disposes the model. libtorch is loaded unless the file ends in <c>.onnx</c>.
    /// </summary>
    /// <exception cref="WeightsException">No such file, damaged, hostile, or its weights do not fit the network.</exception>
    /// <exception cref="PredictionException">Something is missing or contradicts the file.</exception>
    /// <exception cref="Onnx.OnnxException">The .onnx file is no network of one picture in and a row of logits out.</exception>
    public static SavedModel Open(string path, SavedModelOptions? options = null) =>
        SavedModel.IsOnnx(path) ? SavedModel.Open(path, options) : Open(LoadedWeights.OpenFile(path), options);

    /// <summary>Makes the network that weights belong to, with what they bring along.</summary>
    /// <exception cref="WeightsException">They do not fit the network.</exception>
    /// <exception cref="PredictionException">Something is missing or contradicts them.</exception>
    /// <exception cref="RuntimeException">The device, or the loaded libtorch, cannot compute in the precision.</exception>
    public static SavedModel Open(LoadedWeights weights, SavedModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        options ??= new SavedModelOptions();
        var path = weights.Path;
        var variant = Variant(weights, options);
        var preprocessing = options.Prepared(path, weights.Preprocessing);
        if (preprocessing.Side < variant.SmallestSide) throw new PredictionException($"`image_size` is {preprocessing.Side}, {variant.Name} needs {variant.SmallestSide} or more.");
        var hasHead = weights.State.Tensors.TryGetValue($"{variant.HeadName}.weight", out var head) && head.Shape.Count == 2;
        var classes = hasHead ? options.Named(path, weights.Classes, weights.DisplayNames, (int)head!.Shape[0]) : ClassNames.Numbered(2);        // then loading says what is missing
        var home = ComputeDevice.Select(options.Device);
        if (!PrecisionChoice.Names.Contains(options.Precision)) throw new PredictionException($"`precision` is '{options.Precision}', expected one of {string.Join(", ", PrecisionChoice.Names)}.");
        var precision = options.Precision == "auto" ? PrecisionChoice.Full : PrecisionChoice.Select(options.Precision, home);
        var network = variant.Create(classes.Count, seed: null);
        try
        {
            var skipped = weights.LoadInto(network);
            network.MoveTo(home);
            return new SavedModel(path, new NetworkEngine(network, precision.Precision), classes, preprocessing)
            {
                Precision = precision.Name, Data = weights.Checkpoint?.Data, Recipe = weights.Checkpoint is { } run ? CheckpointEntries.ToJson(run.Options) : null, Licence = weights.Licence, Notes = [.. weights.Notes, .. skipped.Notes, .. precision.Notes],
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    extension(SavedModel model)
    {
        /// <summary>The network, on its device; freed with the model. Null for an .onnx file.</summary>
        public Network? Network => (model.Engine as NetworkEngine)?.Network;
    }

    private static ModelVariant Variant(LoadedWeights weights, SavedModelOptions options)
    {
        var path = weights.Path;
        if (weights.Arch is not { } arch)
        {
            if (options.Model is null) throw new PredictionException($"{path} does not say which network its weights belong to.\nPass `model`: {string.Join(", ", ModelCatalogue.All.Select(m => m.Name))}.");
            return ModelCatalogue.Find(options.Model) ?? throw new PredictionException($"there is no network '{options.Model}' (justalexnet models lists them).");
        }

        if (options.Model is { } model && model != arch) throw new PredictionException($"{path} holds {arch}, `model` says {model}.\nLeave `model` out: the checkpoint knows.");
        return ModelCatalogue.Find(arch) ?? throw new PredictionException($"{path} holds '{arch}', a network that this program does not have (justalexnet models lists them).");
    }
}
