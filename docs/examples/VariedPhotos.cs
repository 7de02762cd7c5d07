using JustAlexNet.Data;
using JustAlexNet.Inference;

namespace Examples;

internal static class VariedPhotos
{
    public static void Run()
    {
        var photos = ImageFolder.Open("photos");
        var augmentation = Augmentation.Standard with { Pixels = [new TrivialAugment(), new RandomErasing { Probability = 0.5 }] };
        using var loader = Loader.Training(photos.Training, augmentation, side: 64, seed: 0);
        foreach (var batch in loader.Epoch(0))
            using (batch)
                Console.WriteLine($"{batch.Pictures} after {augmentation.Name}");
    }
}
