using JustAlexNet.Transfer;

namespace JustAlexNet.Examples;

internal static class TransferFewPhotos
{
    public static void Run()
    {
        using var run = TransferRun.Open(new TransferOptions { Data = "photos", Pretrained = "resnet18.pth", ImageSize = 64, Cache = "features", Output = "few" });
        var result = run.Run();
        Console.WriteLine($"{result.Head!.Top1:P0}, 95 % interval {result.Head.AccuracyInterval.Low:P0} to {result.Head.AccuracyInterval.High:P0}, C {result.C}");
    }
}
