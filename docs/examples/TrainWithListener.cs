using JustAlexNet.Inference;
using JustAlexNet.Training;

namespace JustAlexNet.Examples;

internal static class TrainWithListener
{
    public static void Run()
    {
        using var run = TrainingRun.Open(new TrainingRunOptions
        {
            Data = "photos", Model = "resnet18", ImageSize = 64, Output = "from-code",
            Training = new TrainingOptions { Epochs = 2, Schedule = new CosineRate() },
        });
        run.Add(new PrintLoss());
        var result = run.Run();
        Console.WriteLine($"{result.Outcome}: {result.Best!.ValTop1:P0} in epoch {result.Best.Epoch}");
    }
}

sealed class PrintLoss : TrainingListener
{
    public override void EpochDone(Trainer trainer, EpochRecord record, ClassificationReport validation, bool isBest) =>
        Console.WriteLine($"epoch {record.Epoch}: {record.TrainLoss:0.000} -> {record.ValLoss:0.000}");
}
