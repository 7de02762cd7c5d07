using JustAlexNet.Bench.Measuring;
using Figure = JustAlexNet.Bench.Sides.ServeWork.Figure;

namespace JustAlexNet.Bench.Rows;

/// <summary>What the server carries, against what the processor could do if nothing but the network, the decoder and the load client ran on it.</summary>
internal static class ServeRows
{
    private const string Served = "justalexnet serve, 16 callers", Half = "justalexnet serve, half load", OneByAll = "ONNX Runtime, 1 x all cores", AllByOne = "ONNX Runtime, all x 1 core", Fp32 = "ONNX Runtime fp32, 1 x all cores", Prepare = "decode and resize, one core";

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
