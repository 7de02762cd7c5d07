using System.Text.Json;
using JustAlexNet.Inference;
using JustAlexNet.Runs;
using JustAlexNet.Training;

namespace JustAlexNet.Cli.Output;

/// <summary>One JSON object a line and epoch of what the run is after, with the columns of <c>history.csv</c>.</summary>
/// <param name="output">Receives them; stays the caller's.</param>
internal sealed class JsonLines(TextWriter output) : TrainingListener
{
    public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest)
    {
        if (!phase.IsLast) return;
        var columns = HistoryFile.Columns(phase.TopK).Zip(HistoryFile.Values(record));
        output.WriteLine(JsonSerializer.Serialize(columns.ToDictionary(c => c.First, c => c.First == "epoch" ? (object)(int)c.Second : c.Second)));
        output.Flush();
    }
}
