using JustAlexNet.Campaigns.Files;
using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Export;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Onnx;

namespace JustAlexNet.Campaigns.Onnx;

/// <summary>.onnx files from strangers.</summary>
internal sealed class OnnxCampaign : Campaign
{
    private static readonly SavedModelOptions Unsaid = new() { Preprocessing = Preprocessing.ImageNet(16) };

    public override string Name => "onnx";

    public override string About => "Mutated .onnx files, opened as predict opens them and as transfer puts a head on them: each predicts a picture, or is refused with its path.";

    public override long StandardCount => 20_000;

    public override int BlockSize => 1000;

    public override long MemoryLimit => 2L << 30;

    public override CaseOutcome Run(CaseContext context)
    {
        var path = Path.Combine(context.Folder, "network.onnx");
        File.WriteAllBytes(path, OnnxMutation.Draw(context.Random));
        File.WriteAllBytes(Path.Combine(context.Folder, "weights.bin"), new byte[1000]);
        var outcome = Verdict.Of("predict", path, () => Predict(path));
        if (outcome.Fault is not null || context.Random.Next(4) > 0) return outcome;
        return Verdict.Of("a head", path, () => PutHead(path));
    }

    private static void Predict(string path)
    {
        try
        {
            Predict(path, new SavedModelOptions());
        }
        catch (PredictionException e) when (e.Message.Contains("does not say how its pictures were prepared", StringComparison.Ordinal))
        {
            Predict(path, Unsaid);
        }
    }

    private static void Predict(string path, SavedModelOptions options)
    {
        using var model = SavedModel.Open(path, options);
        _ = CheckPictures.RunData(model);
        if (model.Preprocessing.Side > 1024) return;
        foreach (var prediction in new Predictor(model).Predict(new[] { PathOfPicture }, new PredictorOptions()))
            if (prediction.Predictions.Any(one => !double.IsFinite(one.Probability))) throw new InvalidOperationException("a probability is not finite, and nobody said so");
    }

    private static void PutHead(string path)
    {
        using var network = OnnxNetwork.OpenFeatures(path);
        if (network.Width > 10_000) return;
        OnnxHead.Write(network, Stream.Null, new float[2 * network.Width], new float[2], ["a", "b"], Preprocessing.ImageNet(network.Side ?? 16));
    }

    private static string PathOfPicture => Path.Combine(Bench.Checkout.Root, "tests", "golden", "decode", "rgb.png");
}
