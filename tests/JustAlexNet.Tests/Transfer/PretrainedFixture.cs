using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Transfer.Tests;

/// <summary>Weights and photos for tests of transfer: a resnet18 of random weights as PyTorch's users save it, a few real photos, a cache of its own.</summary>
public abstract class PretrainedFixture : IDisposable
{
    protected const int Side = 33;

    private protected Scratch Scratch { get; } = new();

    private protected string Cache => Scratch.At("cache", "x")[..^2];

    public void Dispose()
    {
        Scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A plain state dictionary with 7 classes.</summary>
    private protected string Weights(long seed = 0, string model = "resnet18") => ForeignWeights.Write(Scratch.At($"{model}-{seed}.pth"), model, seed: seed);

    private protected string Photos(int classes = 3, int train = 6, int val = 2)
    {
        var folder = Scratch.At($"photos-{classes}-{train}-{val}");
        return Directory.Exists(folder) ? folder : MiniPhotos.Make(folder, classes, train, val);
    }

    private protected TransferOptions Options(string? data = null, string output = "out") => new()
    {
        Data = data ?? Photos(),
        Pretrained = Weights(),
        ImageSize = Side,
        Workers = 1,
        Cache = Cache,
        Output = Scratch.At(output),
    };

    private protected static TransferResult Run(TransferOptions options)
    {
        using var run = TransferRun.Open(options);
        return run.Run();
    }
}
