using JustAlexNet.Data;
using JustAlexNet.Imaging;

namespace JustAlexNet.Transfer;

/// <summary>A network without its head, frozen and in evaluation mode: pictures in, features out.</summary>
/// <remarks>Not thread-safe. Dispose frees what it runs on.</remarks>
internal abstract class Backbone : IDisposable
{
    /// <summary>What it is called for people, such as <c>resnet18</c>.</summary>
    public abstract string Name { get; }

    /// <summary>D, the number of features of a picture.</summary>
    public abstract int FeatureCount { get; }

    /// <summary>How pictures become its input.</summary>
    public abstract Preprocessing Preprocessing { get; }

    /// <summary>Equal for equal weights, in hexadecimal: part of the key under which features are kept.</summary>
    public abstract string Fingerprint { get; }

    /// <summary>What the features are computed in, <c>fp32</c> (default) or lower: part of the same key. They are float32 in every case.</summary>
    public virtual string Precision => "fp32";

    /// <summary>What a person should know of how it computed so far, a sentence; null: nothing.</summary>
    public virtual string? Note => null;

    /// <summary>The features of a batch.</summary>
    /// <param name="batch">Stays the caller's.</param>
    /// <param name="features">Receives (N, D) row by row.</param>
    public abstract void Extract(Batch batch, Span<float> features);

    /// <summary>Frees what it runs on.</summary>
    public abstract void Dispose();
}
