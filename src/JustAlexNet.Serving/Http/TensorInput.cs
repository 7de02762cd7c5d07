using System.Buffers.Binary;
using System.Runtime.InteropServices;
using JustAlexNet.Imaging;

namespace JustAlexNet.Serving.Http;

/// <summary>The one input of a model as the Open Inference Protocol describes it, and what a request may send for it.</summary>
/// <param name="Name">The input's.</param>
/// <param name="Datatype"><c>FP32</c>, or <c>UINT8</c> for a model that takes pixels.</param>
/// <param name="Shape">Without N: (3, S, S), or (S, S, 3) for pixels.</param>
internal sealed record TensorInput(string Name, string Datatype, IReadOnlyList<int> Shape)
{
    /// <summary>Numbers of one picture.</summary>
    public int Numbers { get; } = Shape.Aggregate(1, (product, side) => product * side);

    /// <summary>Bytes of one picture's numbers.</summary>
    public int Bytes => Numbers * (Datatype == "FP32" ? sizeof(float) : 1);

    public static TensorInput Of(ServedModel model) => model.TakesPixels
        ? new(model.InputName, "UINT8", [model.Side, model.Side, 3])
        : new(model.InputName, "FP32", [3, model.Side, model.Side]);

    /// <exception cref="RequestException">A request has no input, several, or one of another name.</exception>
    public void RequireAlone(int inputs, string? first)
    {
        if (inputs != 1) throw Bad($"there are {inputs} inputs, expected one: '{Name}'");
        if (first is not null && first != Name) throw Bad($"the model has no input '{PrintableText.Of(first)}', expected '{Name}'");
    }

    /// <summary>N of a shape that a request states.</summary>
    /// <param name="datatype"><c>BYTES</c> for encoded pictures, else the model's own.</param>
    /// <param name="shape">As stated.</param>
    /// <param name="maxPictures">The most that N may be.</param>
    /// <exception cref="RequestException">The datatype or shape is not the input's, or N is 0 or too large.</exception>
    public int CountOf(string datatype, IReadOnlyList<long> shape, int maxPictures)
    {
        if (datatype != "BYTES" && datatype != Datatype) throw Bad($"input '{Name}' has datatype {datatype}, expected {Datatype} for numbers or BYTES for encoded pictures");
        var expected = datatype == "BYTES" ? [] : Shape;
        var rest = shape.Skip(1).ToList();
        var fits = shape.Count > 0 && (rest.SequenceEqual(expected.Select(side => (long)side)) || (datatype == "BYTES" && rest is [1]));        // [N,1]: Triton's clients put a batch in front
        if (!fits) throw Bad($"input '{Name}' has shape [{string.Join(", ", shape)}], expected [N{string.Concat(expected.Select(side => $", {side}"))}]");
        if (shape[0] < 1) throw Bad($"input '{Name}' has a batch of {shape[0]}, expected 1 or more");
        return shape[0] <= maxPictures ? (int)shape[0] : throw new RequestException(ServingFault.TooLarge, "too_many_pictures", $"input '{Name}' has a batch of {shape[0]}, and this server takes {maxPictures} at most");
    }

    /// <summary>The pictures of a BYTES tensor in binary form: each behind its length, 4 bytes, little-endian.</summary>
    /// <exception cref="RequestException">Lengths and bytes do not agree.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> PicturesOf(ReadOnlyMemory<byte> framed, int count)
    {
        var pictures = new List<ReadOnlyMemory<byte>>(count);
        for (var at = 0; at < framed.Length || pictures.Count < count;)
        {
            if (pictures.Count == count) throw Bad($"input '{Name}' holds more bytes than its {count} elements have");
            if (framed.Length - at < sizeof(uint)) throw Bad($"input '{Name}' ends within element {pictures.Count + 1} of {count}");
            var length = BinaryPrimitives.ReadUInt32LittleEndian(framed.Span[at..]);
            at += sizeof(uint);
            if (length > framed.Length - at) throw Bad($"input '{Name}' ends within element {pictures.Count + 1} of {count}");
            pictures.Add(framed.Slice(at, (int)length));
            at += (int)length;
        }
        return pictures;
    }

    /// <summary>The numbers of a tensor in binary form, little-endian, in memory of the request.</summary>
    /// <exception cref="RequestException">There are more or fewer bytes than the shape has.</exception>
    public ReadOnlyMemory<float> FloatsOf(ReadOnlyMemory<byte> bytes, int count, RequestMemory memory)
    {
        RequireSize(bytes.Length, count);
        var numbers = memory.Take<float>(count * Numbers);
        bytes.Span.CopyTo(MemoryMarshal.AsBytes(numbers.GetSpan()));
        return BitConverter.IsLittleEndian ? numbers.Memory : throw new PlatformNotSupportedException("Tensors come in little-endian order.");
    }

    /// <exception cref="RequestException">There are more or fewer bytes than the shape has.</exception>
    public void RequireSize(int bytes, int count)
    {
        if (bytes != (long)count * Bytes) throw Bad($"input '{Name}' has {bytes} bytes, expected {(long)count * Bytes} for [{count}, {string.Join(", ", Shape)}] of {Datatype}");
    }

    private static RequestException Bad(string message) => new(ServingFault.BadInput, "bad_tensor", message);
}
