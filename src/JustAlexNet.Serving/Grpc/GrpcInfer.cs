using Google.Protobuf;
using Google.Protobuf.Collections;
using JustAlexNet.Imaging;
using JustAlexNet.Serving.Grpc.Protocol;
using JustAlexNet.Serving.Http;

namespace JustAlexNet.Serving.Grpc;

/// <summary>ModelInfer's messages, from and to what REST's JSON is read into too.</summary>
internal static class GrpcInfer
{
    private const int MaxAxes = 8;

    /// <summary>Reads a request.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="memory">Receives a tensor of floats.</param>
    /// <param name="input">The model's input.</param>
    /// <param name="output">The name of the model's output.</param>
    /// <param name="maxPictures">The most that N may be.</param>
    /// <exception cref="RequestException">Something is not as the protocol and the model have it.</exception>
    public static InferRequest Read(ModelInferRequest request, RequestMemory memory, TensorInput input, string output, int maxPictures)
    {
        input.RequireAlone(request.Inputs.Count, request.Inputs.FirstOrDefault()?.Name);
        var given = request.Inputs[0];
        if (given.Shape.Count > MaxAxes) throw Bad($"the input's shape has {given.Shape.Count} axes");
        var isRaw = request.RawInputContents.Count > 0;
        if (isRaw && given.Contents is not null) throw Bad($"input '{input.Name}' has both contents and raw_input_contents");
        if (isRaw && request.RawInputContents.Count != 1) throw Bad($"there are {request.RawInputContents.Count} raw_input_contents, expected one for the one input");
        var count = input.CountOf(PrintableText.Of(given.Datatype), given.Shape, maxPictures);
        var read = new InferRequest
        {
            Id = request.Id,
            Timeout = request.Parameters.TryGetValue("timeout", out var timeout) ? InferRequest.TimeoutOf(Whole(timeout)) : null,
            Count = count,
            Outputs = [Wanted(request.Outputs, output, Flag(request.Parameters, "binary_data_output") ?? isRaw)],
        };
        return isRaw ? FromRaw(read, given.Datatype, request.RawInputContents[0].Memory, memory, input) : FromContents(read, given.Datatype, given.Contents ?? new(), input);
    }

    /// <summary>Writes an answer: in raw form where the input came so, or where that is wanted.</summary>
    public static ModelInferResponse Answer(InferRequest request, ServedModel model, Logits logits)
    {
        var wanted = request.Outputs[0];
        var classes = wanted.Classes > 0 ? InferResponse.Classes(logits, wanted.Classes) : null;
        var output = new ModelInferResponse.Types.InferOutputTensor { Name = model.OutputName, Datatype = classes is null ? "FP32" : "BYTES", Shape = { logits.Count, classes is null ? logits.Classes : classes.Length / logits.Count } };
        var answer = new ModelInferResponse { ModelName = model.Name, ModelVersion = model.Version, Id = request.Id ?? "", Outputs = { output } };
        if (wanted.IsBinary) answer.RawOutputContents.Add(classes is null ? ByteString.CopyFrom(System.Runtime.InteropServices.MemoryMarshal.AsBytes(logits.Values.Span)) : UnsafeByteOperations.UnsafeWrap(InferResponse.Framed(classes)));
        else if (classes is null) output.Contents = new() { Fp32Contents = { logits.Values.ToArray() } };
        else output.Contents = new() { BytesContents = { classes.Select(ByteString.CopyFromUtf8) } };
        return answer;
    }

    private static InferRequest FromRaw(InferRequest read, string datatype, ReadOnlyMemory<byte> bytes, RequestMemory memory, TensorInput input)
    {
        if (datatype == "BYTES") return read with { Pictures = input.PicturesOf(bytes, read.Count) };
        if (datatype == "FP32") return read with { Floats = input.FloatsOf(bytes, read.Count, memory) };
        input.RequireSize(bytes.Length, read.Count);
        return read with { Pixels = bytes };
    }

    private static InferRequest FromContents(InferRequest read, string datatype, InferTensorContents contents, TensorInput input)
    {
        if (datatype == "BYTES")
        {
            Require(contents.BytesContents.Count, read.Count, "bytes_contents");
            return read with { Pictures = [.. contents.BytesContents.Select(picture => picture.Memory)] };
        }
        var expected = (long)read.Count * input.Numbers;
        if (datatype == "FP32")
        {
            Require(contents.Fp32Contents.Count, expected, "fp32_contents");
            return read with { Floats = contents.Fp32Contents.ToArray() };
        }
        Require(contents.UintContents.Count, expected, "uint_contents");
        return read with { Pixels = contents.UintContents.Select(number => number <= byte.MaxValue ? (byte)number : throw Bad("uint_contents holds a number that is no UINT8")).ToArray() };

        void Require(int elements, long wanted, string field)
        {
            if (elements != wanted) throw Bad($"input '{input.Name}' has {elements} elements in {field}, expected {wanted} for its shape");
            var all = contents.BoolContents.Count + contents.IntContents.Count + contents.Int64Contents.Count + contents.UintContents.Count + contents.Uint64Contents.Count
                + contents.Fp32Contents.Count + contents.Fp64Contents.Count + contents.BytesContents.Count;
            if (all != elements) throw Bad($"input '{input.Name}' has contents of other types beside {field}");
        }
    }

    private static RequestedOutput Wanted(RepeatedField<ModelInferRequest.Types.InferRequestedOutputTensor> outputs, string output, bool isRaw)
    {
        if (outputs.Count == 0) return new(isRaw, 0);
        InferRequest.RequireOutput(outputs.Count, outputs[0].Name, output);
        var parameters = outputs[0].Parameters;
        return new(Flag(parameters, "binary_data") ?? isRaw, parameters.TryGetValue("classification", out var classes) ? InferRequest.ClassesOf(Whole(classes)) : 0);
    }

    private static bool? Flag(MapField<string, InferParameter> parameters, string name) =>
        !parameters.TryGetValue(name, out var value) ? null : value.ParameterChoiceCase == InferParameter.ParameterChoiceOneofCase.BoolParam ? value.BoolParam : throw Bad($"\"{name}\" is neither true nor false");

    private static long? Whole(InferParameter parameter) => parameter.ParameterChoiceCase switch
    {
        InferParameter.ParameterChoiceOneofCase.Int64Param => parameter.Int64Param,
        InferParameter.ParameterChoiceOneofCase.Uint64Param when parameter.Uint64Param <= long.MaxValue => (long)parameter.Uint64Param,
        _ => null,
    };

    private static RequestException Bad(string message) => new(ServingFault.BadInput, "bad_request", message);
}
