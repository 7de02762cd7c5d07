using System.Globalization;
using Google.Protobuf;
using JustAlexNet.Onnx.Format;

namespace JustAlexNet.Onnx;

/// <summary>An .onnx file as its messages; what we have no names for is kept as it is.</summary>
internal static class OnnxModel
{
    /// <summary>Reads a file, and into it the weights that stand in other files beside it (ONNX's external data).</summary>
    /// <exception cref="OnnxException">It cannot be read, or is more than one file holds.</exception>
    public static ModelProto Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var model = ModelProto.Parser.ParseFrom(file);
            var outside = TensorsOf(model.Graph).Where(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External).ToList();
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            var room = (long)int.MaxValue - file.Length;
            foreach (var tensor in outside) room -= Take(tensor, folder, path, room);
            return model;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)       // a damaged message is an IOException too
        {
            throw new OnnxException($"{path} cannot be read to its end: {e.Message.Split('\n')[0]}\nExport the network anew, or copy it with the files beside it.", e);
        }
    }

    private static long Take(TensorProto tensor, string folder, string path, long room)
    {
        var where = tensor.ExternalData.DistinctBy(entry => entry.Key).ToDictionary(entry => entry.Key, entry => entry.Value);
        var location = where.GetValueOrDefault("location", "");
        if (location.Contains('\0', StringComparison.Ordinal)) throw new OnnxException($"{path} asks for weights in a file whose name no file can have.\nExport the network anew.");
        var place = Path.GetFullPath(Path.Combine(folder, location));
        if (!place.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new OnnxException($"{path} asks for weights outside its own folder: {place}.\nExport the network anew, into one folder.");
        using var file = File.OpenRead(place);
        var offset = Number("offset", 0);
        var length = Number("length", file.Length - offset);
        if (offset > file.Length || length > file.Length - offset)
            throw new OnnxException(string.Create(CultureInfo.InvariantCulture, $"{path} asks for {length} bytes from byte {offset} on of {place}, which has {file.Length}.\nExport the network anew, or copy it with the files beside it."));
        file.Position = offset;
        if (length > room || length < 0)
            throw new OnnxException(string.Create(CultureInfo.InvariantCulture, $"the weights beside {path} do not fit into one .onnx file, which holds 2 GB at most.\nExport a smaller network."));
        var bytes = new byte[length];
        file.ReadExactly(bytes);
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
        tensor.DataLocation = TensorProto.Types.DataLocation.Default;
        tensor.ExternalData.Clear();
        return length;

        long Number(string key, long otherwise) => where.TryGetValue(key, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
    }

    private static IEnumerable<TensorProto> TensorsOf(GraphProto? graph) => graph is null ? [] :
    [
        .. graph.Initializer,
        .. graph.Node.SelectMany(node => node.Attribute).SelectMany(attribute => attribute.Tensors.Append(attribute.T).OfType<TensorProto>()
            .Concat(attribute.Graphs.Append(attribute.G).SelectMany(TensorsOf))),
    ];
}
