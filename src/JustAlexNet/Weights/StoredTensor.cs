using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>A tensor in a file: described when the file is read, its values read only when asked for.</summary>
/// <remarks>
/// Element (i, j, ...) stands in its storage at <c>Offset + i * Strides[0] + j * Strides[1] + ...</c>; every element lies inside the storage,
/// that was checked. Several tensors may share a storage. The file stays open while any of its tensors can be reached. Thread-safe.
/// </remarks>
public sealed class StoredTensor
{
    private readonly TensorStorage _storage;

    internal StoredTensor(TensorStorage storage, torch.ScalarType type, long[] shape, long[] strides, long offset)
    {
        (_storage, Type, Shape, Strides, Offset) = (storage, type, shape, strides, offset);
    }

    /// <summary>The dtype.</summary>
    public torch.ScalarType Type { get; }

    /// <summary>The size of each axis; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>How many elements of the storage lie between neighbours on each axis.</summary>
    public IReadOnlyList<long> Strides { get; }

    /// <summary>Where in the storage the first element stands, counted in elements.</summary>
    public long Offset { get; }

    /// <summary>Reads the values into a new CPU tensor of the same dtype and shape, contiguous (NCHW), without gradient.</summary>
    /// <returns>A tensor that the caller disposes; it shares memory with nothing.</returns>
    /// <exception cref="WeightsException">The file can no longer be read.</exception>
    public torch.Tensor ToTensor() => _storage.Read(this);
}
