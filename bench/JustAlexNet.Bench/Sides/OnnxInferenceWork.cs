using Microsoft.ML.OnnxRuntime;

namespace JustAlexNet.Bench.Sides;

/// <summary>ONNX Runtime, fp32, on the reference graph: the yardstick. Its input is ready-made floats, so decoding pixels costs it nothing.</summary>
/// <remarks>Its threads do not spin between rounds: they would take the cores from the side that is measured next.</remarks>
internal sealed class OnnxInferenceWork : Work
{
    private readonly SessionOptions options = new() { IntraOpNumThreads = Environment.ProcessorCount, InterOpNumThreads = 1 };
    private readonly RunOptions running = new();
    private readonly InferenceSession session;
    private readonly OrtValue input;
    private readonly int batch;

    public OnnxInferenceWork(SideSettings settings)
    {
        var path = Path.Combine(Checkout.Root, "bench", "graphs", settings.Text("model") + ".onnx");
        if (!File.Exists(path)) throw new CannotRunException($"{path} is not here");
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        session = new InferenceSession(path, options);
        batch = settings.Number("batch");
        var size = settings.Number("size");
        var random = new Random(1);
        var values = new float[batch * 3 * size * size];
        for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle() * 4 - 2;
        input = OrtValue.CreateTensorValueFromMemory(values, [batch, 3, size, size]);
    }

    public override string About => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, {Environment.ProcessorCount} intra-op threads, no spinning, fp32";

    public override double Round()
    {
        using var outputs = session.Run(running, ["input"], [input], ["logits"]);
        return batch;
    }

    public override void Dispose()
    {
        input.Dispose();
        session.Dispose();
        running.Dispose();
        options.Dispose();
    }
}
