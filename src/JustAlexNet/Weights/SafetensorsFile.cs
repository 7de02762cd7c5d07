using JustAlexNet.Weights.Archives;
using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>Writes files of the safetensors library; <see cref="WeightsFile"/> reads them.</summary>
public static class SafetensorsFile
{
    /// <summary>
    /// Writes tensors by name, contiguous and little-endian, byte for byte as <c>safetensors.torch.save_file</c> does: first beside its place,
    /// flushed to the disk, then renamed.
    /// </summary>
    /// <param name="path">The file to make or to replace; its folder exists.</param>
    /// <param name="tensors">Names and tensors (<see cref="torch.Tensor"/> on any device, or <see cref="StoredTensor"/>); they stay the caller's. Tensors that share memory are written each for itself.</param>
    /// <param name="metadata">Texts that travel with them; the library's convention is <c>format</c> = <c>pt</c>. Null: none.</param>
    /// <exception cref="WeightsException">The file cannot be written (folder, permission, space); nothing is left of the attempt.</exception>
    /// <exception cref="ArgumentException">An entry is no tensor with a name, or of a type that the format does not know.</exception>
    public static void Write(string path, PickleDictionary tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var entries = tensors.Select(entry => (Name: Name(entry.Key), Tensor: Tensor(entry.Key, entry.Value))).ToList();
        FileReplacement.Write(path, file => SafetensorsWriter.Write(file, entries, metadata ?? new Dictionary<string, string>()));
    }

    private static string Name(object key) => key is string and not SafetensorsReader.MetadataName
        ? (string)key
        : throw new ArgumentException($"'{key}' cannot be the name of a tensor in a safetensors file.", nameof(key));

    private static object Tensor(object key, object? value) => value switch
    {
        StoredTensor stored when Knows(stored.Type) => stored,
        torch.Tensor tensor when ElementType.IsKnown(tensor.dtype) && !tensor.is_sparse && Knows(tensor.dtype) => tensor,
        StoredTensor stored => throw new ArgumentException($"'{key}' is of type {ElementType.Name(stored.Type)}, which a safetensors file cannot hold.", nameof(value)),
        torch.Tensor tensor => throw new ArgumentException($"'{key}' is a {(tensor.is_sparse ? "sparse " : "")}tensor of type {tensor.dtype}, which a safetensors file cannot hold.", nameof(value)),
        _ => throw new ArgumentException($"'{key}' is {PickleKind.Of(value)}, a safetensors file holds tensors only.", nameof(value)),
    };

    private static bool Knows(torch.ScalarType type) => ElementType.Safetensors(type) is not null;
}
