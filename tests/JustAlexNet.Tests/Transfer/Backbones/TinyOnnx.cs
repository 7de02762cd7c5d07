using JustAlexNet.Onnx;

namespace JustAlexNet.Transfer.Tests;

/// <summary>The smallest network that gives features: the mean of each channel, (N, C, S, S) to (N, C, 1, 1).</summary>
internal static class TinyOnnx
{
    public static string Write(string path, int? batch, int? side = null, int channels = 3)
    {
        var graph = new ProtobufMessage()
            .Message(1, new ProtobufMessage().Text(1, "input").Text(2, "features").Text(4, "GlobalAveragePool"))
            .Text(2, "tiny")
            .Message(11, Value("input", [Axis(batch, "N"), Axis(channels, ""), Axis(side, "S"), Axis(side, "S")]))
            .Message(12, Value("features", [Axis(batch, "N"), Axis(channels, ""), Axis(1, ""), Axis(1, "")]));
        using var file = File.Create(path);
        new ProtobufMessage().Number(1, 8).Message(7, graph).Message(8, new ProtobufMessage().Number(2, 13)).WriteTo(file);
        return path;
    }

    private static ProtobufMessage Axis(int? size, string name) => size is { } known ? new ProtobufMessage().Number(1, known) : new ProtobufMessage().Text(2, name);

    private static ProtobufMessage Value(string name, ProtobufMessage[] axes)
    {
        var shape = new ProtobufMessage();
        foreach (var axis in axes) shape.Message(1, axis);
        return new ProtobufMessage().Text(1, name).Message(2, new ProtobufMessage().Message(1, new ProtobufMessage().Number(1, 1).Message(2, shape)));
    }
}
