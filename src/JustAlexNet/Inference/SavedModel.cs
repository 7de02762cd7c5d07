using JustAlexNet.Evaluation;
using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Onnx;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Inference;

/// <summary>What a person may have to say about a file of weights; a checkpoint of ours knows all of it.</summary>
public sealed record SavedModelOptions
{
    /// <summary>The network. Needed for weights that are no checkpoint of ours; must not contradict one that is.</summary>
    public string? Model { get; init; }

    /// <summary>File of class names, see <see cref="ClassMap"/>. Null: the checkpoint's, or the indices for weights without names.</summary>
    public string? ClassMap { get; init; }

    /// <summary>How pictures are prepared, for weights that do not say so themselves.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>auto (default), cpu, cuda, cuda:N or mps.</summary>
    public string Device { get; init; } = "auto";
}

/// <summary>A trained network with everything that using it takes: classes and preprocessing. Single precision.</summary>
/// <remarks>Not thread-safe. Dispose frees the network.</remarks>
public sealed class SavedModel : IDisposable
{
    private readonly Engine engine;

    private SavedModel(string path, Engine engine, IReadOnlyList<string> classes, Preprocessing preprocessing) => (Path, this.engine, Classes, Preprocessing) = (path, engine, classes, preprocessing);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What the network is called, such as <c>resnet18</c>; for an .onnx file the file's name.</summary>
    public string Name => engine.Name;

    /// <summary>The network, on its device; freed with this object. Null for an .onnx file.</summary>
    public Network? Network => (engine as NetworkEngine)?.Network;

    /// <summary>Class names in the order of the logits.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How pictures become its input.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>What a class is called for people, by class name, where the file says so (of Tiny-ImageNet); otherwise empty.</summary>
    public IReadOnlyDictionary<string, string> DisplayNames { get; private init; } = new Dictionary<string, string>();

    /// <summary>Short names for people in the order of the logits: the first of <see cref="DisplayNames"/>' words (<c>goldfish</c>), the class name where there is none.</summary>
    public IReadOnlyList<string> ReadableClasses => ReadableNames.Of(Classes, DisplayNames);

    /// <summary>Whether file or class map name the classes; otherwise they are called class 0, class 1...</summary>
    internal bool NamesItsClasses { get; private init; } = true;

    /// <summary>What it was trained on, where the file says so.</summary>
    public DataRecord? Data { get; private init; }

    /// <summary>Under which terms the weights may be used, where that is known.</summary>
    public string? Licence { get; private init; }

    /// <summary>What a person should know, a sentence each: names of entries that were changed, counters that the file lacks.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>
    /// Loads a checkpoint of ours, a state dictionary of PyTorch or safetensors (plain, or under <c>state_dict</c>, <c>model</c> or <c>model_state_dict</c>), or an .onnx
    /// file such as <c>justalexnet transfer --backbone</c> leaves.
    /// </summary>
    /// <exception cref="WeightsException">No such file, damaged, hostile, or its weights do not fit the network.</exception>
    /// <exception cref="PredictionException">Something is missing or contradicts the file.</exception>
    /// <exception cref="OnnxException">The .onnx file is no network of one picture in and a row of logits out.</exception>
    public static SavedModel Open(string path, SavedModelOptions? options = null) =>
        IsOnnx(path) ? OpenOnnx(path, options ?? new SavedModelOptions()) : Open(PretrainedWeights.OpenFile(path), options);

    /// <summary>Makes the network that weights belong to, with what they bring along.</summary>
    /// <exception cref="WeightsException">They do not fit the network.</exception>
    /// <exception cref="PredictionException">Something is missing or contradicts them.</exception>
    public static SavedModel Open(PretrainedWeights weights, SavedModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        options ??= new SavedModelOptions();
        var path = weights.Path;
        var variant = Variant(weights, options);
        var preprocessing = Prepared(path, weights.Preprocessing, options.Preprocessing);
        if (preprocessing.Side < variant.SmallestSide) throw new PredictionException($"--image-size is {preprocessing.Side}, {variant.Name} needs {variant.SmallestSide} or more.");
        var hasHead = weights.State.Tensors.TryGetValue($"{variant.HeadName}.weight", out var head) && head.Shape.Count == 2;
        var classes = hasHead ? Named(path, weights.Classes, (int)head!.Shape[0], options.ClassMap) : ["of", "none"];        // then loading says what is missing
        var home = ComputeDevice.Select(options.Device);
        var network = variant.Create(classes.Count, seed: null);
        try
        {
            var notes = weights.LoadInto(network);
            network.MoveTo(home);
            return new SavedModel(path, new NetworkEngine(network), classes, preprocessing) 
            {
                Data = weights.Checkpoint?.Data, DisplayNames = weights.DisplayNames, NamesItsClasses = options.ClassMap is not null || weights.Classes is not null, Licence = weights.Licence, Notes = [.. weights.Notes, .. notes],
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => engine.Dispose();

    /// <summary>The logits of some pictures, float32, (N, K) row by row.</summary>
    /// <param name="pixels">(N, S, S, 3), 0 to 255, RGB.</param>
    /// <param name="count">N; 0 gives nothing.</param>
    internal float[] Logits(ReadOnlySpan<byte> pixels, int count)
    {
        var logits = new float[count * Classes.Count];
        if (count > 0) engine.Run(pixels, count, Preprocessing, logits);
        return logits;
    }

    private static bool IsOnnx(string path) => System.IO.Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase);

    private static SavedModel OpenOnnx(string path, SavedModelOptions options)
    {
        if (options.Model is { } model) throw new PredictionException($"{path} holds its network itself, --model says {model}.\nLeave --model out.");
        if (options.Device is not ("auto" or "cpu")) throw new PredictionException($"--device {options.Device}: .onnx files run on the processor here.\nLeave --device out.");
        var network = OnnxNetwork.Open(path, OnnxHead.Output);
        try
        {
            var preprocessing = Prepared(path, OnnxMetadata.Preprocessing(network), options.Preprocessing);
            if (network.Side is { } side && side != preprocessing.Side) throw new PredictionException($"--image-size is {preprocessing.Side}, {path} takes {side} x {side} only.\nPass --image-size {side}.");
            var known = OnnxMetadata.Classes(network);
            if (known is not null && known.Count != network.Width) throw new PredictionException($"{path} names {known.Count} classes and gives {network.Width} logits.\nWrite the file again with justalexnet transfer.");
            return new SavedModel(path, new OnnxEngine(network), Named(path, known, network.Width, options.ClassMap), preprocessing)
            {
                DisplayNames = OnnxMetadata.DisplayNames(network), NamesItsClasses = options.ClassMap is not null || known is not null,
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static IReadOnlyList<string> Named(string path, IReadOnlyList<string>? known, int count, string? map)
    {
        if (map is null) return known ?? [.. Enumerable.Range(0, count).Select(i => $"class {i}")];
        var names = Inference.ClassMap.Read(map);
        return names.Count == count ? names : throw new PredictionException($"{map} names {names.Count} classes, {path} has {count}.\nPass the class_to_idx.json that was written with the checkpoint.");
    }

    private static ModelVariant Variant(PretrainedWeights weights, SavedModelOptions options)
    {
        var path = weights.Path;
        if (weights.Arch is not { } arch)
        {
            if (options.Model is null) throw new PredictionException($"{path} does not say which network its weights belong to.\nPass --model: {string.Join(", ", ModelCatalogue.All.Select(m => m.Name))}.");
            return ModelCatalogue.Find(options.Model) ?? throw new PredictionException($"there is no network '{options.Model}' (justalexnet models lists them).");
        }

        if (options.Model is { } model && model != arch) throw new PredictionException($"{path} holds {arch}, --model says {model}.\nLeave --model out: the checkpoint knows.");
        return ModelCatalogue.Find(arch) ?? throw new PredictionException($"{path} holds '{arch}', a network that this program does not have (justalexnet models lists them).");
    }

    private static Preprocessing Prepared(string path, Preprocessing? known, Preprocessing? given) => (known, given) switch
    {
        (not null, null) => known,
        (null, not null) => given,
        (null, null) => throw new PredictionException($"{path} does not say how its pictures were prepared, and a guess would change predictions.\nPass --preprocessing imagenet (shorter side, centre crop; 224 px unless --image-size says otherwise), or squash with --image-size."),
        _ => throw new PredictionException($"{path} says itself how its pictures are prepared; --preprocessing and --image-size are for weights that do not.\nLeave them out."),
    };
}
