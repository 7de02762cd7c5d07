using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>A tensor in a file: described when the file is read, its values read only when asked for.</summary>
/// <remarks>
/// Element (i, j, ...) stands in its storage at <c>Offset + i * Strides[0] + j * Strides[1] + ...</c>; every element lies inside the storage,
/// that was checked. Several tensors may share a storage. The file stays open while any of its tensors can be reached. Thread-safe.
/// </remarks>
public sealed class StoredTensor
{
    private const int MaxAxes = 16;
    private const long MaxRepeated = 1 << 20;

    private readonly TensorStorage storage;

    private StoredTensor(TensorStorage storage, torch.ScalarType type, long[] shape, long[] strides, long offset)
    {
        (this.storage, Type, Shape, Strides, Offset) = (storage, type, shape, strides, offset);
    }

    /// <summary>The dtype.</summary>
    public torch.ScalarType Type { get; }

    /// <summary>The size of each axis; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>How many values it holds: the product of its shape.</summary>
    internal long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>How many elements of the storage lie between neighbours on each axis.</summary>
    public IReadOnlyList<long> Strides { get; }

    /// <summary>Where in the storage the first element stands, counted in elements.</summary>
    public long Offset { get; }

    /// <summary>Reads the values into a new CPU tensor of the same dtype and shape, contiguous (NCHW), without gradient.</summary>
    /// <returns>A tensor that the caller disposes; it shares memory with nothing.</returns>
    /// <exception cref="WeightsException">The file can no longer be read.</exception>
    public torch.Tensor ToTensor() => storage.Read(this);

    /// <summary>How many elements of the storage lie between the first and the last one, both included.</summary>
    internal long Extent => 1 + Shape.Zip(Strides, (size, stride) => (size - 1) * stride).Sum();

    internal bool IsContiguous
    {
        get
        {
            var expected = 1L;
            for (var axis = Shape.Count - 1; axis >= 0; expected *= Shape[axis--])
                if (Shape[axis] != 1 && Strides[axis] != expected) return false;
            return true;
        }
    }

    /// <summary>The strides of a tensor whose values follow each other, last axis fastest.</summary>
    internal static long[] ContiguousStrides(long[] shape)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        for (var axis = shape.Length - 1; axis >= 0; stride *= Math.Max(shape[axis--], 1)) strides[axis] = stride;
        return strides;
    }

    /// <summary>The tensor, if all of it lies inside the so many elements of a storage that begin at <c>start</c>; otherwise null and what is wrong.</summary>
    internal static StoredTensor? Make(
        TensorStorage storage, torch.ScalarType type, long start, long elements, long[] shape, long[] strides, long offset, out string fault)
    {
        fault = "";
        if (shape.Length != strides.Length) fault = $"a tensor has {shape.Length} sizes and {strides.Length} strides";
        else if (shape.Length > MaxAxes) fault = $"a tensor has {shape.Length} axes, expected at most {MaxAxes}";
        else if (offset < 0 || offset > elements) fault = $"a tensor begins at element {offset:N0} of a storage of {elements:N0}";
        else if (Array.Exists(shape, size => size < 0)) fault = "a tensor has a negative size";
        else if (Array.Exists(strides, stride => stride < 0)) fault = "a tensor has a negative stride";
        else fault = Outside(elements, shape, strides, offset);
        return fault.Length == 0 ? new StoredTensor(storage, type, shape, strides, start + offset) : null;
    }

    private static string Outside(long elements, long[] shape, long[] strides, long offset)
    {
        Int128 last = offset, count = 1;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            last += (Int128)(shape[axis] - 1) * strides[axis];
            count *= Math.Max(shape[axis], 1);
            if (count > long.MaxValue) return "a tensor has more elements than there can be";
        }

        if (shape.Contains(0)) return "";
        if (last >= elements) return $"a tensor reaches to element {last:N0} of a storage of {elements:N0}";
        if (count > Math.Max(elements, MaxRepeated)) return $"a tensor makes {count:N0} elements of a storage of {elements:N0}";
        return "";
    }
}
