using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Serving;

/// <summary>A model that answers requests: several at a time pass its network together. Lent by <see cref="ModelRepository.Lease"/>. Thread-safe.</summary>
public sealed class ServedModel
{
    internal ServedModel() { }

    /// <summary>What requests call it.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>Digits; 1 for a file that was given by name.</summary>
    public string Version { get; internal init; } = "1";

    /// <summary>SHA-256 of its file, 64 hex digits, lower case.</summary>
    public string Sha256 { get; internal init; } = "";

    /// <summary>What it is, by the Open Inference Protocol's word: <c>onnx_onnxv1</c>.</summary>
    public string Platform { get; } = "onnx_onnxv1";

    /// <summary>What its classes are called, in the order of the logits.</summary>
    public ClassNames Classes => throw new NotImplementedException();

    /// <summary>How pictures become its input.</summary>
    public Preprocessing Preprocessing => throw new NotImplementedException();

    /// <summary>The name of the picture input.</summary>
    public string InputName => throw new NotImplementedException();

    /// <summary>The name of the logits.</summary>
    public string OutputName => throw new NotImplementedException();

    /// <summary>Whether its input is pixels, uint8 (N, S, S, 3), which the file normalises itself; else it is float32 (N, 3, S, S), normalised.</summary>
    public bool TakesPixels => throw new NotImplementedException();

    /// <summary>S: its input is S x S pixels.</summary>
    public int Side => Preprocessing.Side;

    /// <summary>What the file says about itself, by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata => throw new NotImplementedException();

    /// <summary>What pictures show, each the bytes of a JPEG, PNG or WebP file.</summary>
    /// <param name="admission">The request's; grown where it holds fewer places than there are pictures. Stays the caller's.</param>
    /// <param name="encodedPictures">One or more; must not change before the answer is there.</param>
    /// <param name="deadline">UTC. Work that has not begun in the network then is taken out. What has begun is answered.</param>
    /// <param name="left">Says that the caller has gone, to the same effect.</param>
    /// <exception cref="ServingException">A picture is refused, the queue is full, the deadline has passed, or the network failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="left"/> said so.</exception>
    public Task<Logits> InferAsync(Admission admission, IReadOnlyList<ReadOnlyMemory<byte>> encodedPictures, DateTime deadline, CancellationToken left) => throw new NotImplementedException();

    /// <summary>The same for pictures that are input already: float32 (N, 3, S, S), normalised. For a model that does not take pixels.</summary>
    /// <param name="admission">As above.</param>
    /// <param name="normalised">N x 3 x S x S, finite; must not change before the answer is there.</param>
    /// <param name="count">N, 1 or more.</param>
    /// <param name="deadline">As above.</param>
    /// <param name="left">As above.</param>
    /// <exception cref="ServingException">As above; the numbers are not finite, their count is another, or the model takes pixels.</exception>
    public Task<Logits> InferTensorAsync(Admission admission, ReadOnlyMemory<float> normalised, int count, DateTime deadline, CancellationToken left) => throw new NotImplementedException();

    /// <summary>The same for a model that takes pixels: uint8 (N, S, S, 3), RGB.</summary>
    public Task<Logits> InferTensorAsync(Admission admission, ReadOnlyMemory<byte> pixels, int count, DateTime deadline, CancellationToken left) => throw new NotImplementedException();

    /// <summary>The S x S picture that the network sees of a picture file, as a PNG file.</summary>
    public Task<byte[]> PreprocessedPngAsync(Admission admission, ReadOnlyMemory<byte> encodedPicture, DateTime deadline, CancellationToken left) => throw new NotImplementedException();
}
