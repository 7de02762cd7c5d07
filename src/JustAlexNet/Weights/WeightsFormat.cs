namespace JustAlexNet.Weights;

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
