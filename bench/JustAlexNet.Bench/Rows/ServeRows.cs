using JustAlexNet.Bench.Measuring;
using JustAlexNet.Bench.Sides;
using Figure = JustAlexNet.Bench.Sides.ServeWork.Figure;

namespace JustAlexNet.Bench.Rows;

/// <summary>Exported files: what eight bits are worth, what <c>predict</c> costs from start to end, and what the server carries, against what the processor could do if nothing but the network, the decoder and the load client ran on it.</summary>
internal static class ServeRows
{
    private const string Served = "justalexnet serve, 16 callers", Half = "justalexnet serve, half load", OneByAll = "ONNX Runtime, 1 x all cores", AllByOne = "ONNX Runtime, all x 1 core", Fp32 = "ONNX Runtime fp32, 1 x all cores", Prepare = "decode and resize, one core";

    /// <summary>The published command on one photo, against a program of a page that calls ONNX Runtime and SkiaSharp and nothing else, published alike; time and peak memory of both.</summary>
    public static Comparison Start(string photos)
    {
        const string ours = "justalexnet predict", bare = "bare ONNX Runtime program";
        Side Of(string name, string what) => new(name, "start", $"what={what}", $"data={photos}") { Unit = "starts/s" };
        return new("start-onnx", "From the published command to its answer: ResNet18 as .onnx says what one photo shows",
            [Of(ours, "predict-onnx"), Of(bare, "bare-onnx")],
            [
                Ratio.Between(ours, bare),
                new($"{ours}, peak memory", bare, [ours, bare], rates => rates[Round.Figure(bare, StartWork.PeakFigure)] / rates[Round.Figure(ours, StartWork.PeakFigure)]),
            ]);
    }

    /// <summary>Eight bits against fp32, a photo at a time, for every network.</summary>
    public static Comparison Eightbit(IEnumerable<string> models, string photos)
    {
        Side Of(string model, string precision) => new($"{model}, {precision}", "bare-onnx", $"model={model}", $"precision={precision}", $"data={photos}", "runners=1", $"threads={Environment.ProcessorCount}") { Memory = 0.7 };
        return new("infer-int8", "Exported networks in ONNX Runtime, 224 px, one photo at a time",
            [.. models.SelectMany(model => new[] { Of(model, "int8"), Of(model, "fp32") })],
            [.. models.Select(model => Ratio.Between($"{model}, int8", $"{model}, fp32"))]);
    }

    /// <summary>The row of a precision: ResNet18, 224 px.</summary>
    /// <param name="precision">fp32 or int8.</param>
    /// <param name="photos">Folder of photos.</param>
    public static Comparison Of(string precision, string photos)
    {
        var (cores, isFp32) = (Environment.ProcessorCount, precision == "fp32");
        string[] same = [$"precision={precision}", $"data={photos}"];
        Side Bare(string name, int runners, string of) => new(name, "bare-onnx", $"precision={of}", $"data={photos}", $"runners={runners}", $"threads={cores / runners}");
        double Best(IReadOnlyDictionary<string, double> rates) => Math.Max(rates[OneByAll], rates[AllByOne]);
        var bareFp32 = isFp32 ? OneByAll : Fp32;
        return new($"serve-{precision}", $"Serving ResNet18, 224 px, {precision}",
            [
                new(Served, "our-serve", [.. same, "load=closed"]),
                Bare(OneByAll, 1, precision),
                Bare(AllByOne, cores, precision),
                .. isFp32 ? Array.Empty<Side>() : [Bare(Fp32, 1, "fp32")],
                new(Prepare, "our-prepare", $"data={photos}"),
                new(Half, "our-serve", [.. same, "load=half"]),
            ],
            [
                new(Served, "what processor time allows", [Served, OneByAll, AllByOne, Prepare], rates =>
                    rates[Served] * (1 / Best(rates) + (1 / rates[Prepare] + rates[Round.Figure(Served, Figure.ClientMilliseconds)] / 1000) / cores)),
                Ratio.Between(Served, bareFp32),
                Ratio.Between(AllByOne, OneByAll),
                new("p99 at half load, all rounds", "one photo alone (bare network, decode, resize), 3 times", [OneByAll, Prepare, Half], rates => 3 * (1 / rates[OneByAll] + 1 / rates[Prepare]) / (rates[Round.Figure(Half, Figure.P99)] / 1000)),
                new("p50 at half load, all rounds", "one photo alone (bare network, decode, resize)", [OneByAll, Prepare, Half], rates => (1 / rates[OneByAll] + 1 / rates[Prepare]) / (rates[Round.Figure(Half, Figure.P50)] / 1000)),
            ]);
    }
}
