using JustAlexNet.Weights.Archives;

namespace JustAlexNet.Weights;

/// <summary>A file of weights of any format: PyTorch's zip and legacy ones, and safetensors. Reading runs nothing of the file's.</summary>
/// <remarks>Values of tensors are read later, by <see cref="StoredTensor.ToTensor"/>; the file stays open while any of them can be reached. Thread-safe.</remarks>
public sealed class WeightsFile
{
    private WeightsFile(string path, WeightsArchive archive) => (Path, Format, Root, Metadata) = (path, archive.Format, archive.Root, archive.Metadata);

    /// <summary>The file, as the caller named it.</summary>
    public string Path { get; }

    /// <summary>What its first bytes say it is.</summary>
    public WeightsFormat Format { get; }

    /// <summary>The value saved, of the kinds that <see cref="TorchFile"/> names; for safetensors a <see cref="PickleDictionary"/> of tensors in the order of their bytes.</summary>
    public object? Root { get; }

    /// <summary>Texts beside the tensors of a safetensors file (<c>__metadata__</c>); empty for PyTorch's formats.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks all of it: lengths, checksums where the format has them, every tensor's place.</summary>
    /// <exception cref="WeightsException">No such file, another format, truncated or damaged, or it asks for anything but plain values and tensors.</exception>
    public static WeightsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new WeightsFile(path, WeightsArchive.Open(path));
    }

    /// <summary>The network's weights in this file, under the names that its network gives them: see <see cref="StateDictionary.Find"/>.</summary>
    /// <param name="entry">Where they stand, such as <c>ema.model</c>; null searches, and refuses to choose between several.</param>
    /// <exception cref="WeightsException">There are none, or several.</exception>
    public StateDictionary FindState(string? entry = null) => StateDictionary.Find(Root, Path, entry);
}

/// <summary>The container formats of weights, told by a file's first bytes and never by its name.</summary>
public enum WeightsFormat
{
    /// <summary>PyTorch 1.6 and newer: a zip archive with a pickle and a file a storage.</summary>
    TorchZip,

    /// <summary>PyTorch before 1.6 (and <c>_use_new_zipfile_serialization=False</c>): a stream of pickles and raw storages.</summary>
    TorchLegacy,

    /// <summary>The safetensors library: a JSON header and raw data.</summary>
    Safetensors,
}
