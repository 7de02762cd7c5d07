using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Tests;

/// <summary>A run of one epoch on three classes in fp32, the precision of predict and evaluate, for tests that use what training leaves and change none of it.</summary>
public sealed class TrainedModel : IDisposable
{
    private readonly Scratch scratch = new();

    public TrainedModel()
    {
        Folder = Photos.Three(scratch, each: 5);
        Answer = Here.Train(Folder, Output, "--epochs", "1", "--precision", "fp32");
        Assert.True(Answer.Code == 0, Answer.Err);
    }

    /// <summary>The photos: 12 for training, 3 for validation, split off by seed 0.</summary>
    public string Folder { get; }

    /// <summary>The output folder.</summary>
    public string Output => Path.Combine(scratch.Folder, "run");

    /// <summary>The best checkpoint.</summary>
    public string Best => Path.Combine(Output, "best_model.pth");

    internal Answer Answer { get; }

    public void Dispose() => scratch.Dispose();
}
