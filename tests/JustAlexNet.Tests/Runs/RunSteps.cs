using JustAlexNet.Settings;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Runs.Tests;

/// <summary>What tests of runs do with one, and what they look at.</summary>
internal static class RunSteps
{
    public static RunResult Execute(Recipe recipe, params TrainingListener[] listeners)
    {
        using var run = Run.Open(recipe);
        foreach (var listener in listeners) run.Add(listener);
        return run.Execute();
    }

    /// <summary>Runs and asks to stop after so many steps of the whole run.</summary>
    public static RunResult ExecuteUntil(int steps, Recipe recipe)
    {
        using var stop = new CancellationTokenSource();
        using var run = Run.Open(recipe);
        run.Add(new StopAfter(steps, stop));
        return run.Execute(stop.Token);
    }

    /// <summary>Everything in a checkpoint that must not depend on interruptions: all but times and the output folder.</summary>
    public static string Content(string checkpoint)
    {
        var lines = new List<string>();
        Describe("", TorchFile.Read(checkpoint), lines);
        return string.Join('\n', lines.Where(line => !line.Contains("/seconds ") && !line.Contains("/photos_per_second ") && !line.StartsWith("/options/output ", StringComparison.Ordinal)));
    }

    /// <summary>The lines of history.csv without the columns of time.</summary>
    public static IReadOnlyList<string> History(RunFolder folder) => [.. File.ReadLines(folder.History).Select(line => string.Join(',', line.Split(',').Where((_, column) => column is not (8 or 9))))];

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
