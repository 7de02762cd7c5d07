using JustAlexNet.Inference;
using JustAlexNet.Loggers;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;

namespace Examples;

internal static class LogOneRun
{
    public static void Run()
    {
        using var run = JustAlexNet.Runs.Run.Open(new Recipe(TrainSettings.Schema)
        {
            { DataFolder, "photos" }, { TrainSettings.Model, ModelCatalogue.Find("resnet18")! }, { TrainSettings.ImageSize, 64 }, { Epochs, 2 }, { Output, "from-code" }, { LoggerCatalogue.Log, ["tensorboard"] },
        });
        run.Add(new AccuracyTable("accuracy.csv"));
        run.Execute();
    }
}

sealed class AccuracyTable(string path) : TrainingListener
{
    private StreamWriter? table;

    public override void PhaseStarted(TrainingPhase phase) => table ??= new StreamWriter(path);

    public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest)
    {
        table!.WriteLine(FormattableString.Invariant($"{phase.Name},{record.Epoch},{record.ValTop1:R}"));
        table.Flush();      // a run that is killed leaves what it had
    }

    public override void Dispose()
    {
        table?.Dispose();
        base.Dispose();
    }
}
