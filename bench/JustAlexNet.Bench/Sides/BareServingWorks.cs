using JustAlexNet.Bench.Load;
using JustAlexNet.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace JustAlexNet.Bench.Sides;

/// <summary>ONNX Runtime alone on an exported file, a photo at a time, its input ready-made floats: what the server's network would give if nothing else were to be done. <c>runners</c> photos side by side, each by <c>threads</c> threads.</summary>
internal sealed class BareOnnxWork : Work
{
    private const int Photos = 64;

    private readonly SessionOptions options;
    private readonly RunOptions running = new();
    private readonly InferenceSession session;
    private readonly OrtValue[] inputs;
    private readonly string output;

    public BareOnnxWork(SideSettings settings)
    {
        var (runners, threads, precision) = (settings.Number("runners"), settings.Number("threads"), settings.Text("precision"));
        options = new() { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        session = new InferenceSession(ServedFile.Make(precision, settings.Text("data"), settings.TextOr("model", "resnet18")), options);
        output = session.OutputNames.FirstOrDefault(name => name == "logits") ?? session.OutputNames[0];
        var random = new Random(1);
        inputs = [.. Enumerable.Range(0, runners).Select(_ => OrtValue.CreateTensorValueFromMemory([.. Enumerable.Range(0, 3 * 224 * 224).Select(_ => random.NextSingle() * 4 - 2)], [1, 3, 224, 224]))];
        About = $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, {precision}, batch 1, {runners} side by side, {threads} threads each, no spinning";
    }

    public override string About { get; }

    public override double Round()
    {
        Task[] all = [.. inputs.Select(input => Task.Factory.StartNew(() => Run(input), TaskCreationOptions.LongRunning))];
        Task.WaitAll(all);
        return Photos / inputs.Length * inputs.Length;
    }

    public override void Dispose()
    {
        foreach (var input in inputs) input.Dispose();
        session.Dispose();
        running.Dispose();
        options.Dispose();
    }

    private void Run(OrtValue input)
    {
        for (var i = 0; i < Photos / inputs.Length; i++)
        {
            using var outputs = session.Run(running, session.InputNames, [input], [output]);
        }
    }
}

/// <summary>Decoding and resizing alone, as the server does it, on one core: files in memory to 224 px.</summary>
internal sealed class PrepareWork(SideSettings settings) : Work
{
    private readonly IReadOnlyList<byte[]> files = ServedFile.Photos(settings.Text("data"), 64);
    private readonly Preprocessing preprocessing = Preprocessing.ImageNet(224);
    private readonly byte[] target = new byte[3 * 224 * 224];

    public override string About => $"{JpegDecoder.Current.Name}, one core";

    public override double Round()
    {
        foreach (var file in files)
        {
            using var image = ImageDecoder.Decode(file, "photo", new DecodeOptions { HonourExifOrientation = preprocessing.HonourExifOrientation });
            preprocessing.Apply(image, target);
        }
        return files.Count;
    }

    public override void Dispose() => _ = target;
}
