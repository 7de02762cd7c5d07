using JustAlexNet.Imaging;

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

    /// <summary>What convolutions and linear layers compute in: auto (default: fp32, as answers are published), fp32, bf16, or fp16 on CUDA GPUs. An .onnx file takes auto and fp32 only.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>The names of so many classes: the class map's, else those that the file knows, else numbers.</summary>
    /// <exception cref="PredictionException">The class map names another number of classes, or cannot be read.</exception>
    internal ClassNames Named(string path, IReadOnlyList<string>? known, IReadOnlyDictionary<string, string> meanings, int count)
    {
        if (ClassMap is null) return known is null ? ClassNames.Numbered(count) : new ClassNames(known, meanings);
        var names = Inference.ClassMap.Read(ClassMap);
        return names.Count == count ? new ClassNames(names, meanings) : throw new PredictionException($"{ClassMap} names {Counted.Of(names.Count, "class")}, {path} has {count}.\nPass the class_to_idx.json that was written with the checkpoint.");
    }

    /// <summary>How pictures are prepared: as the file knows, else as said here.</summary>
    /// <exception cref="PredictionException">Neither says so, or both do.</exception>
    internal Preprocessing Prepared(string path, Preprocessing? known) => (known, Preprocessing) switch
    {
        (not null, null) => known,
        (null, not null) => Preprocessing,
        (null, null) => throw new PredictionException($"{path} does not say how its pictures were prepared, and a guess would change predictions.\nPass `preprocessing` imagenet (shorter side, centre crop; 224 px unless `image_size` says otherwise), or squash with `image_size`."),
        _ => throw new PredictionException($"{path} says itself how its pictures are prepared; `preprocessing` and `image_size` are for weights that do not.\nLeave them out."),
    };
}
