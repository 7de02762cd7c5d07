using JustAlexNet.Data;
using JustAlexNet.TestSupport;
using JustAlexNet.Weights;

namespace JustAlexNet.Training.Tests;

/// <summary>Short runs on a few real photos.</summary>
public abstract class RunTestBase : IDisposable
{
    private protected Scratch Scratch { get; } = new();

    public void Dispose()
    {
        Scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected TrainingRunOptions Options(string model = "resnet18", string output = "out", int side = 33, int epochs = 2) => new()
    {
        Data = Photos(),
        Model = model,
        ImageSize = side,
        BatchSize = 4,
        Augmentation = Augmentation.Standard,
        Training = new TrainingOptions { Epochs = epochs },
        Output = Scratch.At(output),
    };

    private protected string Photos(int classes = 3, int train = 4, int val = 2)
    {
        var folder = Scratch.At($"photos-{classes}-{train}-{val}");
        return Directory.Exists(folder) ? folder : MiniPhotos.Make(folder, classes, train, val);
    }

    private protected static TrainingRunResult Run(TrainingRunOptions options, params TrainingListener[] listeners)
    {
        using var run = TrainingRun.Open(options);
        foreach (var listener in listeners) run.Add(listener);
        return run.Run();
    }

    /// <summary>Runs and asks to stop after so many steps of the whole run.</summary>
    private protected static TrainingRunResult RunUntil(int steps, TrainingRunOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var run = TrainingRun.Open(options);
        run.Add(new StopAfter(steps, stop));
        return run.Run(stop.Token);
    }

    /// <summary>Everything in a checkpoint that must not depend on interruptions: all but times and paths.</summary>
    internal static string Content(string checkpoint)
    {
        var lines = new List<string>();
        Describe("", TorchFile.Read(checkpoint), lines);
        return string.Join('\n', lines.Where(line => !line.Contains("/seconds ") && !line.Contains("/photos_per_second ") && !line.StartsWith("/options/output ", StringComparison.Ordinal)));
    }

    private static void Describe(string place, object? value, List<string> lines)
    {
        switch (value)
        {
            case PickleDictionary dictionary:
                foreach (var (key, inner) in dictionary) Describe($"{place}/{key}", inner, lines);
                break;
            case IReadOnlyList<object?> list:
                for (var i = 0; i < list.Count; i++) Describe($"{place}/{i}", list[i], lines);
                break;
            case StoredTensor stored:
                using (var tensor = stored.ToTensor())
                using (var dense = tensor.contiguous())
                    lines.Add($"{place} {stored.Type} {string.Join('x', stored.Shape)} {Convert.ToHexString(System.IO.Hashing.XxHash128.Hash(dense.bytes))}");
                break;
            default:
                lines.Add($"{place} {value}");
                break;
        }
    }

    private sealed class StopAfter(int steps, CancellationTokenSource stop) : TrainingListener
    {
        private int done;

        public override void StepDone(Trainer trainer)
        {
            if (++done == steps) stop.Cancel();
        }
    }
}
