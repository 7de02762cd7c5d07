using JustAlexNet.Inference.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

public sealed class TrainingPicturesTests
{
    [Fact]
    public void Augmented_picture_is_what_the_loader_hands_out()
    {
        using var scratch = new Scratch();
        var samples = TestPictures.Samples(scratch, 6);
        var augmentation = Augmentation.Standard with { Pixels = [new TrivialAugment(), new RandomErasing { Probability = 1 }] };
        using var loader = Loader.Training(samples, augmentation, side: 20, seed: 7, new() { BatchSize = 6, Workers = 0 });
        foreach (var batch in loader.Epoch(3))
            using (batch)
            {
                var bytes = batch.Pictures.permute(0, 2, 3, 1).contiguous().data<byte>().ToArray();
                foreach (var (place, index) in batch.Indices.Index())
                {
                    using var picture = TrainingPictures.Augmented(samples, index, epoch: 3, augmentation, side: 20, seed: 7);
                    Assert.Equal(bytes[(place * 1200)..((place + 1) * 1200)], picture.Pixels.ToArray());
                }
            }
    }

    [Fact]
    public void Whole_picture_keeps_its_shape_on_white()
    {
        using var scratch = new Scratch();
        TestPictures.Write(scratch.At("wide.bmp"), 60, 30, 1);
        using var picture = TrainingPictures.Whole(scratch.At("wide.bmp"), side: 40);
        Assert.Equal((40, 40), (picture.Width, picture.Height));
        var white = Enumerable.Range(0, 40).Where(y => picture.Pixels.Slice(y * 120, 120).ToArray().All(value => value == 255)).ToList();
        Assert.Equal([.. Enumerable.Range(0, 10), .. Enumerable.Range(30, 10)], white);
    }
}
