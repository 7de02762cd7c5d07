using System.Collections.Concurrent;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Onnx;

namespace JustAlexNet.Serving;

/// <summary>One picture as it goes into a batch: S x S x 3 bytes, or 3 x S x S numbers that are normalised already.</summary>
internal readonly record struct PictureInput(ReadOnlyMemory<byte> Pixels, ReadOnlyMemory<float> Values);

/// <summary>A network in memory, with what using it takes. Several threads may run it; nothing runs on it when it is freed.</summary>
internal abstract class ServedNetwork : IDisposable
{
    public abstract ClassNames Classes { get; }

    public abstract Preprocessing Preprocessing { get; }

    public abstract string InputName { get; }

    public abstract string OutputName { get; }

    /// <summary>Whether its input is uint8 (N, S, S, 3).</summary>
    public abstract bool TakesPixels { get; }

    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Computes a batch.</summary>
    /// <param name="pictures">N; for a network that takes pixels, pixels only.</param>
    /// <param name="logits">Receives (N, K) row by row.</param>
    public abstract void Run(ReadOnlySpan<PictureInput> pictures, Span<float> logits);

    public abstract void Dispose();
}

/// <summary>An .onnx file in ONNX Runtime; its numbers are those of <see cref="OnnxEngine"/>.</summary>
internal sealed class OnnxServedNetwork : ServedNetwork
{
    private readonly SavedModel model;
    private readonly OnnxEngine engine;
    private readonly float[] table;
    private readonly ConcurrentBag<IDisposable> inputs = [];        // blocks as long as the largest batch, one for each that runs

    private OnnxServedNetwork(SavedModel model)
    {
        (this.model, engine) = (model, (OnnxEngine)model.Engine);
        table = PixelTable.Of(model.Preprocessing);
    }

    public override ClassNames Classes => model.Classes;

    public override Preprocessing Preprocessing => model.Preprocessing;

    public override string InputName => engine.Network.InputName;

    public override string OutputName => engine.Network.OutputName;

    public override bool TakesPixels => engine.Network.TakesPixels;

    public override IReadOnlyDictionary<string, string> Metadata => engine.Network.Metadata;

    /// <summary>Opens a file that says itself what its classes are called and how its pictures are prepared.</summary>
    /// <exception cref="JustAlexNetException">It does not, or cannot be used.</exception>
    public static OnnxServedNetwork Open(string path, int threads)
    {
        var network = OnnxNetwork.Open(path, OnnxHead.Output, threads);
        var advice = $"Write the file with justalexnet export CHECKPOINT --output {Path.GetFileName(path)}.";
        string[] missing = [.. new[] { (Key: OnnxMetadata.ClassesKey, What: "what its classes are called"), (Key: OnnxMetadata.PreprocessingKey, What: "how its pictures are prepared") }
            .Where(entry => !network.Metadata.ContainsKey(entry.Key)).Select(entry => entry.What)];
        if (missing.Length > 0)
        {
            network.Dispose();
            throw new PredictionException($"{path} does not say {string.Join(" nor ", missing)}, and a server that guessed would give wrong answers.\n{advice}");
        }
        try
        {
            return new(SavedModel.Of(network, new SavedModelOptions()));
        }
        catch (JustAlexNetException e)
        {
            throw new PredictionException($"{e.Message.Split('\n')[0]}\n{advice}", e);      // without the advice of predict, whose options a server does not have
        }
    }

    public override void Run(ReadOnlySpan<PictureInput> pictures, Span<float> logits)
    {
        if (TakesPixels) Run<byte>(pictures, logits, static (picture, _, target) => picture.Pixels.Span.CopyTo(target));
        else Run<float>(pictures, logits, static (picture, table, target) =>
        {
            if (picture.Values.IsEmpty) PixelTable.Normalise(picture.Pixels.Span, table, target);
            else picture.Values.Span.CopyTo(target);
        });
    }

    public override void Dispose()
    {
        model.Dispose();
        while (inputs.TryTake(out var block)) block.Dispose();
    }

    private void Run<T>(ReadOnlySpan<PictureInput> pictures, Span<float> logits, Fill<T> fill) where T : unmanaged
    {
        var (side, picture) = (Preprocessing.Side, 3 * Preprocessing.Side * Preprocessing.Side);
        var input = inputs.TryTake(out var kept) ? (NativeBlock<T>)kept : new(pictures.Length * picture);
        try
        {
            if (input.Length < pictures.Length * picture) input.Resize(pictures.Length * picture);
            for (var i = 0; i < pictures.Length; i++) fill(pictures[i], table, input.GetSpan().Slice(i * picture, picture));
            engine.RunInput(input.Memory, pictures.Length, side, logits);
        }
        finally
        {
            inputs.Add(input);
        }
    }

    private delegate void Fill<T>(PictureInput picture, float[] table, Span<T> target);
}
