using System.IO.Hashing;
using System.Text;
using JustAlexNet.Data;
using JustAlexNet.Engines;
using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using static TorchSharp.torch;

namespace JustAlexNet.Transfer;

/// <summary>One of our networks without its last linear layer.</summary>
/// <param name="network">Freed with this object.</param>
/// <param name="preprocessing">How pictures become its input.</param>
/// <param name="precision">What it computes in.</param>
internal sealed class NetworkBackbone(Network network, Preprocessing preprocessing, Precision precision = Precision.Fp32) : Backbone
{
    // Features that are kept and those that a run which goes on computes must be the same bits.
    private readonly EvaluatedNetwork evaluated = new(network, precision) { FoldsAtOnce = true };
    private readonly Lazy<string> fingerprint = new(() => Hash(network));

    public Network Network => network;

    /// <summary>The weights that the network was loaded from; null where it was not.</summary>
    public LoadedWeights? Weights { get; init; }

    public override string Name => network.Name;

    public override int FeatureCount => network.FeatureCount;

    public override Preprocessing Preprocessing => preprocessing;

    public override string Fingerprint => fingerprint.Value;

    public override string Precision => PrecisionChoice.NameOf(precision);

    public override string? Note => evaluated.Note;

    public override void Extract(Batch batch, Span<float> features)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        using var input = NetworkInput.From(batch.Pictures, preprocessing, network.Device, precision);
        evaluated.Run(input, features: true).Features!.to(ScalarType.Float32).cpu().contiguous().data<float>().CopyTo(features);
    }

    public override void Dispose()
    {
        evaluated.Dispose();
        network.Dispose();
    }

    /// <summary>The same network with another head: weights and statistics are copied, the head is the given one or, if null, drawn from the seed.</summary>
    /// <returns>On the device of this one; the caller disposes it.</returns>
    public Network With(int classes, LinearHead? head, long seed)
    {
        var made = ModelCatalogue.Find(network.Name)!.Create(classes, head is null ? seed : null);
        try
        {
            using var quiet = no_grad();
            var own = network.State.ToDictionary();
            foreach (var (name, value) in made.State.Where(entry => !IsHead(entry.Key)))
            {
                using var here = own[name].cpu();
                _ = value.copy_(here);
            }
            if (head is not null) Fill(made, head);
            made.MoveTo(network.Device);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Writes a head into a network.</summary>
    public static void Fill(Network target, LinearHead head)
    {
        using var quiet = no_grad();
        using var weight = tensor(head.Weight);
        using var shaped = weight.reshape(head.Classes, head.Features);
        using var bias = tensor(head.Bias);
        _ = target.Head.Weight.copy_(shaped);
        _ = target.Head.Bias.copy_(bias);
    }

    private bool IsHead(string name) => name.StartsWith(network.HeadName + ".", StringComparison.Ordinal);

    private static string Hash(Network network)
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes(network.Name));
        foreach (var (name, value) in network.State.Where(entry => !entry.Key.StartsWith(network.HeadName + ".", StringComparison.Ordinal)))
        {
            hash.Append(Encoding.UTF8.GetBytes(name));
            using var plain = value.detach();
            using var home = plain.cpu();
            using var dense = home.contiguous();
            hash.Append(dense.bytes);
        }
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
