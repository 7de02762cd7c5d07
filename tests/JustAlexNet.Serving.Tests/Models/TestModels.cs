using System.Text.Json;
using JustAlexNet.Imaging;
using JustAlexNet.Onnx;

namespace JustAlexNet.Serving.Tests;

/// <summary>Small .onnx files as export writes them: a convolution, a mean over the places and a linear layer, whose weights a seed decides.</summary>
internal static class TestModels
{
    public const int Side = 8;

    private const int Channels = 8;

    public static string Write(string path, int seed = 0, int classes = 3, bool takesPixels = false, bool namesClasses = true, bool saysPreprocessing = true, Preprocessing? preprocessing = null, float scale = 1)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Bytes(seed, classes, takesPixels, namesClasses, saysPreprocessing, preprocessing, scale));
        return path;
    }

    public static byte[] Bytes(int seed = 0, int classes = 3, bool takesPixels = false, bool namesClasses = true, bool saysPreprocessing = true, Preprocessing? preprocessing = null, float scale = 1)
    {
        preprocessing ??= Preprocessing.Squash(Side);
        var graph = new OnnxGraph();
        var side = preprocessing.Side;
        var planes = takesPixels
            ? graph.Node("Transpose", [graph.Node("Cast", [graph.Input("input", isBytes: true, side, side, 3)], [OnnxGraph.Attribute("to", 1)])], [OnnxGraph.Attribute("perm", 0, 3, 1, 2)])
            : graph.Input("input", isBytes: false, 3, side, side);
        float[] kernels = [.. Enumerable.Range(0, Channels * 3 * 9).Select(i => (i * 31 % 17 - 8) / 40f)], shifts = new float[Channels];
        planes = graph.Node("Relu", [graph.Node("Conv", [planes, graph.Floats("kernels", kernels, Channels, 3, 3, 3), graph.Floats("shifts", shifts, Channels)], [OnnxGraph.Attribute("pads", 1, 1, 1, 1)])]);
        float[] weight = [.. Enumerable.Range(0, classes * Channels).Select(i => ((i * 7 + seed * 5) % 11 - 5) / 3f * scale)], bias = [.. Enumerable.Range(0, classes).Select(i => (float)seed + i)];
        graph.Node("Gemm", [graph.Node("Flatten", [graph.Node("GlobalAveragePool", [planes])]), graph.Floats("weight", weight, classes, Channels), graph.Floats("bias", bias, classes)], [OnnxGraph.Attribute("transB", 1)], "logits");
        graph.Output("logits", classes);
        var metadata = new Dictionary<string, string> { ["seed"] = $"{seed}" };
        if (namesClasses) metadata[OnnxMetadata.ClassesKey] = JsonSerializer.Serialize(Enumerable.Range(0, classes).Select(i => $"class-{i}"));
        if (saysPreprocessing) metadata[OnnxMetadata.PreprocessingKey] = JsonSerializer.Serialize(preprocessing.ToDictionary());
        return graph.ToArray(metadata, "test");
    }
}
