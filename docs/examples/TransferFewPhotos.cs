using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using static JustAlexNet.Recipes.CommonSettings;

namespace Examples;

internal static class TransferFewPhotos
{
    public static void Run()
    {
        using var run = JustAlexNet.Runs.Run.Open(new Recipe(TransferSettings.Schema)
        {
            { DataFolder, "photos" }, { TransferSettings.Pretrained, "resnet18.pth" }, { TransferSettings.ImageSize, 64 }, { TransferSettings.Cache, "features" }, { Output, "few" },
        });
        var head = run.Execute().Head!;
        Console.WriteLine($"{head.Validation.Top1:P0}, 95 % interval {head.Validation.AccuracyInterval.Low:P0} to {head.Validation.AccuracyInterval.High:P0}, C {head.C}");
    }
}
