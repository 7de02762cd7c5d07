using JustAlexNet.Inference;

namespace JustAlexNet.Campaigns.Loading;

/// <summary>A transform that throws for some pictures.</summary>
/// <param name="at">The first that it throws for.</param>
/// <param name="kind">0: a disk; 1: a fault of the program; 2: no picture; 3: cancelled.</param>
/// <param name="always">Whether it throws for all others too.</param>
internal sealed class FailingPreparation(int at, int kind, bool always) : Preparation(8)
{
    public override void Prepare(string path, int epoch, int index, Span<byte> target)
    {
        target.Clear();
        if (index != at && !always) return;
        throw kind switch
        {
            0 => new PlannedException(new IOException()),
            1 => new PlannedException(),
            2 => new Imaging.ImageException(path, "it was planned so"),
            _ => new PlannedException(new OperationCanceledException()),
        };
    }

    /// <summary>Known again where it arrives.</summary>
    internal sealed class PlannedException(Exception? cause = null) : Exception("planned", cause);
}
