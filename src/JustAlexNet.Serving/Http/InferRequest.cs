using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using JustAlexNet.Imaging;

namespace JustAlexNet.Serving.Http;

/// <summary>What a caller wants of the output.</summary>
/// <param name="IsBinary">Behind the JSON instead of within.</param>
/// <param name="Classes">The classification extension's k; 0: the logits themselves.</param>
internal sealed record RequestedOutput(bool IsBinary, int Classes);

/// <summary>A request of the Open Inference Protocol, read from its JSON and what stands behind it (binary tensor data extension).</summary>
internal sealed record InferRequest
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16 };

    /// <summary>Echoed in the answer; null: none.</summary>
    public string? Id { get; init; }

    /// <summary>A shorter time than the server's; null: the server's.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>N.</summary>
    public required int Count { get; init; }

    /// <summary>Encoded pictures; null where there is a tensor.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Pictures { get; init; }

    /// <summary>FP32, N x 3 x S x S, normalised.</summary>
    public ReadOnlyMemory<float> Floats { get; init; }

    /// <summary>UINT8, N x S x S x 3, for a model that takes pixels.</summary>
    public ReadOnlyMemory<byte> Pixels { get; init; }

    /// <summary>One or more.</summary>
    public required IReadOnlyList<RequestedOutput> Outputs { get; init; }

    /// <summary>Reads a request.</summary>
    /// <param name="body">JSON, and blobs behind it.</param>
    /// <param name="jsonLength">Bytes of the JSON, the header Inference-Header-Content-Length; null: all; 0: there is none, the body is a tensor of batch 1 or a picture.</param>
    /// <param name="memory">Receives the pictures and the tensor, where they are not in the body as they are.</param>
    /// <param name="input">The model's input.</param>
    /// <param name="output">The name of the model's output.</param>
    /// <param name="maxPictures">The most that N may be.</param>
    /// <exception cref="RequestException">Something is not as the protocol and the model have it.</exception>
    public static InferRequest Read(ReadOnlyMemory<byte> body, int? jsonLength, RequestMemory memory, TensorInput input, string output, int maxPictures)
    {
        if (jsonLength == 0) return Raw(body, memory, input);
        if (jsonLength is { } length && (length < 0 || length > body.Length)) throw Bad($"Inference-Header-Content-Length is {length}, and the body has {body.Length} bytes");
        try
        {
            var text = body[..(jsonLength ?? body.Length)];
            using var json = JsonDocument.Parse(text, Strict);
            return Read(json.RootElement, jsonLength is { } end ? body[end..] : (ReadOnlyMemory<byte>?)null, text.Length / 2 + 1, memory, input, output, maxPictures);
        }
        catch (JsonException e)
        {
            throw Bad($"the body is not the JSON expected: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}, is no JSON, or is nested more than {Strict.MaxDepth} deep");
        }
        catch (InvalidOperationException)
        {
            throw Bad("the body is not the JSON expected: it holds a text that is no Unicode");
        }
    }

    /// <summary>The answer to it. <paramref name="admission"/> grows as it needs.</summary>
    public Task<Logits> AskAsync(ServedModel model, Admission admission, DateTime deadline, CancellationToken left)
    {
        if (Count > 1) admission.Grow(Count);
        return Pictures is { } pictures ? model.InferAsync(admission, pictures, deadline, left)
            : model.TakesPixels ? model.InferTensorAsync(admission, Pixels, Count, deadline, left)
            : model.InferTensorAsync(admission, Floats, Count, deadline, left);
    }

    /// <summary>The parameter "timeout", microseconds; null: it is no whole number.</summary>
    /// <exception cref="RequestException">It cannot be meant.</exception>
    public static TimeSpan TimeoutOf(long? microseconds) => microseconds is > 0 and < 1_000_000_000_000 ? TimeSpan.FromMicroseconds(microseconds.Value) : throw Bad("\"timeout\" is not a number of microseconds, more than 0");

    /// <summary>The parameter "classification"; null: it is no whole number.</summary>
    /// <exception cref="RequestException">It cannot be meant.</exception>
    public static int ClassesOf(long? classes) => classes is > 0 and <= int.MaxValue ? (int)classes.Value : throw Bad("\"classification\" is not a number of classes, 1 or more");

    /// <exception cref="RequestException">Several outputs are wanted, or one of another name.</exception>
    public static void RequireOutput(int outputs, string first, string output)
    {
        if (outputs > 1) throw Bad($"there are {outputs} outputs wanted, and the model has one: '{output}'");
        if (first != output) throw Bad($"the model has no output '{PrintableText.Of(first)}', expected '{output}'");
    }

    // What it is shows at its beginning: no normalised number looks like a picture's signature.
    private static InferRequest Raw(ReadOnlyMemory<byte> body, RequestMemory memory, TensorInput input)
    {
        var outputs = new[] { new RequestedOutput(IsBinary: true, Classes: 0) };
        if (body.Length != input.Bytes || LooksEncoded(body.Span)) return body.Length > 0 ? new() { Count = 1, Pictures = [body], Outputs = outputs } : throw Bad("the body is empty, expected a tensor or a picture");
        return input.Datatype == "FP32" ? new() { Count = 1, Floats = input.FloatsOf(body, 1, memory), Outputs = outputs } : new() { Count = 1, Pixels = body, Outputs = outputs };
    }

    private static bool LooksEncoded(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) || bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]) || bytes.StartsWith("RIFF"u8);

    private static InferRequest Read(JsonElement root, ReadOnlyMemory<byte>? tail, int mostElements, RequestMemory memory, TensorInput input, string output, int maxPictures)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Bad("the body is not a JSON object, expected {\"inputs\": [...]}");
        if (!root.TryGetProperty("inputs", out var inputs) || inputs.ValueKind != JsonValueKind.Array) throw Bad("\"inputs\" is missing, expected an array with one input");
        input.RequireAlone(inputs.GetArrayLength(), first: null);
        var given = inputs[0];
        input.RequireAlone(1, Text(given, "name", "the input"));
        var datatype = Text(given, "datatype", "the input");
        var count = input.CountOf(PrintableText.Of(datatype), Shape(given), maxPictures);
        var parameters = Parameters(root);
        var request = new InferRequest
        {
            Id = Has(root, "id", out var id) ? id.ValueKind == JsonValueKind.String ? id.GetString() : throw Bad("\"id\" is not a string") : null,
            Timeout = parameters is { } some && Has(some, "timeout", out var timeout) ? TimeoutOf(Whole(timeout)) : null,
            Count = count,
            Outputs = OutputsOf(root, output, parameters is { } all && Flag(all, "binary_data_output")),
        };
        var isNumbers = datatype != "BYTES";
        if (BinaryOf(given, tail, isNumbers, input) is not { } binary) return FromJson(request, given, isNumbers, mostElements, memory, input);
        if (!isNumbers) return request with { Pictures = binary.IsFramed ? input.PicturesOf(binary.Bytes, count) : count == 1 ? [binary.Bytes] : throw Bad("one picture without \"binary_data_size\" is a batch of 1") };
        if (input.Datatype == "FP32") return request with { Floats = input.FloatsOf(binary.Bytes, count, memory) };
        input.RequireSize(binary.Bytes.Length, count);
        return request with { Pixels = binary.Bytes };
    }

    // With one input, its size may be left out: then all that stands behind the JSON is the tensor, or one picture as it is.
    private static (ReadOnlyMemory<byte> Bytes, bool IsFramed)? BinaryOf(JsonElement given, ReadOnlyMemory<byte>? tail, bool isNumbers, TensorInput input)
    {
        var hasData = given.TryGetProperty("data", out _);
        if (Parameters(given) is { } parameters && Has(parameters, "binary_data_size", out var stated))
        {
            if (hasData) throw Bad($"input '{input.Name}' has both \"data\" and \"binary_data_size\"");
            if (stated.ValueKind != JsonValueKind.Number || !stated.TryGetInt64(out var size) || size < 0) throw Bad("\"binary_data_size\" is not a number of bytes");
            if (tail is not { } bytes) throw Bad("\"binary_data_size\" is given, and the header Inference-Header-Content-Length is missing");
            return size == bytes.Length ? (bytes, true) : throw Bad($"\"binary_data_size\" is {size}, and {bytes.Length} bytes stand behind the JSON");
        }
        if (hasData) return tail is { Length: > 0 } ? throw Bad($"{tail.Value.Length} bytes stand behind the JSON that no input has") : null;
        return tail is { Length: > 0 } whole ? (whole, isNumbers) : throw Bad($"input '{input.Name}' has no \"data\"");
    }

    private static InferRequest FromJson(InferRequest request, JsonElement given, bool isNumbers, int mostElements, RequestMemory memory, TensorInput input)
    {
        var data = given.GetProperty("data");
        if (data.ValueKind != JsonValueKind.Array) throw Bad("\"data\" is not an array");
        if (!isNumbers)
        {
            var pictures = new List<ReadOnlyMemory<byte>>(request.Count);
            Collect(data, element =>
            {
                if (pictures.Count == request.Count) throw Bad($"\"data\" has more elements than the shape's {request.Count}");
                pictures.Add(FromBase64(element, memory) ?? throw Bad($"element {pictures.Count + 1} of \"data\" is no base64, which a picture is in JSON"));
            });
            return pictures.Count == request.Count ? request with { Pictures = pictures } : throw Bad($"\"data\" has {pictures.Count} elements, and the shape {request.Count}");
        }
        // Elements take two bytes each: no more is set aside than the text can hold, whatever shape it states.
        var (expected, filled) = (request.Count * input.Numbers, 0);
        var numbers = memory.Take<float>(Math.Min(expected, mostElements));
        Collect(data, element =>
        {
            if (filled == expected) throw Bad($"\"data\" has more elements than the shape's {expected}");
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetSingle(out var number) || !float.IsFinite(number)) throw Bad($"element {filled + 1} of \"data\" is no number of 32 bits");
            numbers.GetSpan()[filled++] = number;
        });
        if (filled != expected) throw Bad($"\"data\" has {filled} elements, and the shape {expected}");
        if (input.Datatype == "FP32") return request with { Floats = numbers.Memory };
        var pixels = memory.Take<byte>(expected);
        for (var i = 0; i < expected; i++) pixels.GetSpan()[i] = numbers.GetSpan()[i] is >= 0 and <= 255 and var number && number == (byte)number ? (byte)number : throw Bad("\"data\" holds a number that is no UINT8");
        return request with { Pixels = pixels.Memory };
    }

    // Null: it is none. A text with escapes (PHP writes \/) is unescaped by the reader.
    private static ReadOnlyMemory<byte>? FromBase64(JsonElement element, RequestMemory memory)
    {
        if (element.ValueKind != JsonValueKind.String) return null;
        var text = JsonMarshal.GetRawUtf8Value(element)[1..^1];
        if (text.Contains((byte)'\\')) return element.TryGetBytesFromBase64(out var unescaped) ? unescaped : (ReadOnlyMemory<byte>?)null;
        if (!Base64.IsValid(text, out var length)) return null;
        var block = memory.Take<byte>(length);
        return Base64.DecodeFromUtf8(text, block.GetSpan(), out _, out _) == OperationStatus.Done ? block.Memory : null;
    }

    // Flat and nested arrays are the same, row by row.
    private static void Collect(JsonElement array, Action<JsonElement> take)
    {
        foreach (var element in array.EnumerateArray())
        {
            if (element.ValueKind == JsonValueKind.Array) Collect(element, take);
            else take(element);
        }
    }

    private static List<RequestedOutput> OutputsOf(JsonElement root, string output, bool isBinary)
    {
        if (!Has(root, "outputs", out var outputs)) return [new(isBinary, 0)];
        if (outputs.ValueKind != JsonValueKind.Array) throw Bad("\"outputs\" is not an array");
        if (outputs.GetArrayLength() == 0) return [new(isBinary, 0)];
        var wanted = outputs[0];
        RequireOutput(outputs.GetArrayLength(), outputs.GetArrayLength() > 1 ? output : Text(wanted, "name", "the output"), output);
        if (Parameters(wanted) is not { } parameters) return [new(isBinary, 0)];
        var classes = Has(parameters, "classification", out var k) ? ClassesOf(Whole(k)) : 0;
        return [new(Has(parameters, "binary_data", out _) ? Flag(parameters, "binary_data") : isBinary, classes)];
    }

    private static List<long> Shape(JsonElement given)
    {
        if (!given.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array) throw Bad("the input has no \"shape\", expected an array of whole numbers");
        if (shape.GetArrayLength() > 8) throw Bad($"the input's \"shape\" has {shape.GetArrayLength()} axes");
        return [.. shape.EnumerateArray().Select(side => side.ValueKind == JsonValueKind.Number && side.TryGetInt64(out var value) ? value : throw Bad("the input's \"shape\" holds something else than whole numbers"))];
    }

    // What may be left out may be null too: so clients write it.
    private static bool Has(JsonElement of, string name, out JsonElement value) => of.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static long? Whole(JsonElement number) => number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var value) ? value : null;

    private static JsonElement? Parameters(JsonElement of) =>
        !Has(of, "parameters", out var parameters) ? null : parameters.ValueKind == JsonValueKind.Object ? parameters : throw Bad("\"parameters\" is not an object");

    private static bool Flag(JsonElement parameters, string name) => Has(parameters, name, out var value)
        && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Bad($"\"{name}\" is neither true nor false"));

    private static string Text(JsonElement of, string name, string where) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Bad($"{where} has no \"{name}\"");

    private static RequestException Bad(string message) => new(ServingFault.BadInput, "bad_request", message);
}
