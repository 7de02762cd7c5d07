using JustAlexNet.Data;
using JustAlexNet.Inference;

namespace Examples;

internal static class OwnLoop
{
    public static void Run()
    {
        var photos = ImageFolder.Open("photos");
        using var trainLoader = Loader.Training(photos.Training, Augmentation.Standard, side: 64, seed: 0);
        using var valLoader = Loader.Evaluation(photos.Validation, Augmentation.Standard.Evaluation(64));
        foreach (var batch in trainLoader.Epoch(0))
            using (batch)
                Console.WriteLine($"{batch.Pictures} {batch.Labels}");      // uint8 (N, 3, 64, 64) in channels-last layout, int64 (N)
    }
}
