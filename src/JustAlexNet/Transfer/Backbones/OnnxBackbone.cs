using System.IO.Hashing;
using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Onnx;

namespace JustAlexNet.Transfer;

/// <summary>The network of an .onnx file, run by ONNX Runtime.</summary>
internal sealed class OnnxBackbone : Backbone
{
    private OnnxBackbone(OnnxNetwork network, Preprocessing preprocessing, string fingerprint) => (Network, Preprocessing, Fingerprint) = (network, preprocessing, fingerprint);

    public OnnxNetwork Network { get; }

    public override string Name => Path.GetFileName(Network.Path);

    public override int FeatureCount => Network.Width;

    public override Preprocessing Preprocessing { get; }

    public override string Fingerprint { get; }

    /// <summary>Opens a file; its metadata say how pictures are prepared, else the request does, else imagenet at the side that the file takes.</summary>
    /// <exception cref="OnnxException">It is no such network.</exception>
    /// <exception cref="TransferException">It takes pictures of another side.</exception>
    public static OnnxBackbone Open(string path, PretrainedRequest request)
    {
        var network = OnnxNetwork.OpenFeatures(path);
        try
        {
            var preprocessing = (request with { ImageSize = request.ImageSize ?? network.Side }).Resolve(OnnxMetadata.Preprocessing(network));
            if (network.Side is { } side && side != preprocessing.Side) throw new TransferException($"`image_size` is {preprocessing.Side}, {path} takes {side} x {side} only.\nPass `image_size` {side}, or leave it out.");
            using var file = File.OpenRead(path);
            var hash = new XxHash128();
            hash.Append(file);
            return new OnnxBackbone(network, preprocessing, "onnx " + Convert.ToHexStringLower(hash.GetCurrentHash()));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    public override void Extract(Batch batch, Span<float> features) => Network.Run(batch.Pixels, batch.Count, Preprocessing, features);

    public override void Dispose() => Network.Dispose();
}
