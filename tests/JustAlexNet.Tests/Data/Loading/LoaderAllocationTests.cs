using JustAlexNet.Inference;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

/// <summary>What the loader leaves to the garbage collector, in bytes.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class LoaderAllocationTests
{
    private const int Epochs = 3;

    private static readonly Augmentation Pixels = Augmentation.Basic with
    {
        Pixels = [new RandAugment(), new TrivialAugment(), new AutoAugment(), new ColourJitter { Hue = 0.1 }, new RandomGrey(), new RandomBlur(), new RandomRotation(), new RandomErasing()],
    };

    // Measured: 0.2 and 0.6 to 1.2 KB; the crops' weights, some 20 KB, are made once a size and kept in a cache of fixed length.
    [Theory, InlineData("basic", 1024), InlineData("standard", 24 * 1024), InlineData("pixels", 2048)]
    public void A_picture_takes_few_bytes_of_the_managed_heap_and_leaves_none(string augmentation, int bytesPerPicture)
    {
        var samples = Directory.GetFiles(Repository.At("samples", "clothing-mini"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => new Sample(path, 0)).ToArray();
        Assert.NotEmpty(samples);
        using var loader = Loader.Training(samples, augmentation switch { "basic" => Augmentation.Basic, "standard" => Augmentation.Standard, _ => Pixels }, 224, seed: 0, new() { Workers = 0, BatchSize = 8 });
        Run(loader, first: 0);

        var (allocated, living) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalMemory(forceFullCollection: true));
        Run(loader, first: Epochs);

        var pictures = samples.Length * Epochs;
        var each = (GC.GetAllocatedBytesForCurrentThread() - allocated) / pictures;
        Assert.True(each <= bytesPerPicture, $"{each} bytes a picture were allocated, {bytesPerPicture} are allowed");
        var kept = (GC.GetTotalMemory(forceFullCollection: true) - living) / pictures;
        Assert.True(kept <= bytesPerPicture, $"{kept} bytes a picture stayed, {bytesPerPicture} are allowed");
    }

    private static void Run(Loader loader, int first)
    {
        for (var epoch = first; epoch < first + Epochs; epoch++)
            foreach (var batch in loader.Epoch(epoch)) batch.Dispose();
    }
}
