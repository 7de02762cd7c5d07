using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Inference.Tests;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using TorchSharp;

namespace JustAlexNet.Data.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class LoaderTests
{
    private const int Side = 24;

    [Fact]
    public void Any_number_of_workers_gives_the_same_bits()
    {
        using var scratch = new Scratch();
        var samples = TestPictures.Samples(scratch, 50);
        var alone = Contents(samples, workers: 0, epoch: 3);
        Assert.Equal(7, alone.Count);
        Assert.Equal(alone, Contents(samples, workers: 1, epoch: 3));
        Assert.Equal(alone, Contents(samples, workers: 8, epoch: 3));
        Assert.NotEqual(alone, Contents(samples, workers: 0, epoch: 4));
        Assert.NotEqual(alone, Contents(samples, workers: 0, epoch: 3, seed: 1));
    }

    [Fact]
    public void Epoch_started_in_the_middle_gives_the_rest_of_the_whole_epoch()
    {
        using var scratch = new Scratch();
        var samples = TestPictures.Samples(scratch, 50);
        var whole = Contents(samples, workers: 2, epoch: 1);
        Assert.Equal(whole.Skip(3), Contents(samples, workers: 2, epoch: 1, startAt: 3));
        Assert.Empty(Contents(samples, workers: 2, epoch: 1, startAt: 7));
    }

    [Fact]
    public void Training_visits_every_sample_once_an_epoch_in_another_order_each_time()
    {
        using var scratch = new Scratch();
        var samples = TestPictures.Samples(scratch, 30);
        using var loader = Loader.Training(samples, Augmentation.Basic, Side, seed: 0, new() { BatchSize = 8 });
        var (first, second) = (Indices(loader, 0), Indices(loader, 1));
        Assert.Equal(Enumerable.Range(0, 30), first.Order());
        Assert.Equal(Enumerable.Range(0, 30), second.Order());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Sample_is_augmented_by_seed_epoch_and_its_own_place_alone()
    {
        using var scratch = new Scratch();
        var samples = TestPictures.Samples(scratch, 20);
        using var few = Loader.Training(samples, Augmentation.Standard, Side, seed: 5, new() { BatchSize = 3 });
        using var many = Loader.Training(samples, Augmentation.Standard, Side, seed: 5, new() { BatchSize = 20 });
        var (inFew, inMany) = (PixelsBySample(few, 2), PixelsBySample(many, 2));
        Assert.All(inFew.Keys, index => Assert.Equal(inFew[index], inMany[index]));
        var next = PixelsBySample(few, 3);
        Assert.True(inFew.Keys.Count(index => !inFew[index].SequenceEqual(next[index])) > 15);
    }

    [Fact]
    public void Evaluation_gives_every_sample_in_order_preprocessed_and_labelled()
    {
        using var scratch = new Scratch();
        var samples = TestPictures.Samples(scratch, 10);
        var preprocessing = Preprocessing.ImageNet(Side);
        using var loader = Loader.Evaluation(samples, preprocessing, new() { BatchSize = 4 });
        Assert.Equal(Enumerable.Range(0, 10), Indices(loader, 0));
        var pixels = PixelsBySample(loader, 5);
        var expected = new byte[Side * Side * 3];
        foreach (var (index, sample) in samples.Index())
        {
            using var image = ImageDecoder.Decode(sample.Path);
            preprocessing.Apply(image, expected);
            Assert.Equal(expected, pixels[index]);
        }
    }

    [Fact]
    public void Training_pixels_are_the_drawn_box_of_the_picture()
    {
        using var scratch = new Scratch();
        var samples = TestPictures.Samples(scratch, 12);
        using var loader = Loader.Training(samples, Augmentation.Standard, Side, seed: 9, new() { BatchSize = 5 });
        var pixels = PixelsBySample(loader, 4);
        var expected = new byte[Side * Side * 3];
        foreach (var (index, sample) in samples.Index())
        {
            using var image = ImageDecoder.Decode(sample.Path);
            var crop = Augmentation.Standard.Draw(image.Width, image.Height, new SampleRandom(9, 4, index));
            Resizer.Resize(image, crop.Box, expected, Side, Side, Interpolation.Bilinear, crop.Flip);
            Assert.Equal(expected, pixels[index]);
        }
    }

    [Fact]
    public void Batch_is_uint8_in_channels_last_memory_with_int64_labels()
    {
        using var scratch = new Scratch();
        var samples = TestPictures.Samples(scratch, 5);
        using var loader = Loader.Evaluation(samples, Preprocessing.Squash(Side), new() { BatchSize = 3 });
        foreach (var batch in loader.Epoch(0))
        {
            using (batch)
            {
                var count = batch.Number == 0 ? 3 : 2;
                Assert.Equal(count, batch.Count);
                Assert.Equal([count, 3, Side, Side], batch.Pictures.shape);
                Assert.Equal([Side * Side * 3, 1, Side * 3, 3], batch.Pictures.stride());
                Assert.Equal(torch.uint8, batch.Pictures.dtype);
                Assert.Equal(torch.int64, batch.Labels.dtype);
                Assert.Equal(batch.Indices.Select(index => (long)samples[index].Label), batch.Labels.data<long>().ToArray());
            }
        }
    }

    [Theory]
    [InlineData(false, new[] { 8, 8, 4 })]
    [InlineData(true, new[] { 8, 8 })]
    public void Last_partial_batch_is_kept_unless_dropped(bool dropLast, int[] counts)
    {
        using var scratch = new Scratch();
        using var loader = Loader.Training(TestPictures.Samples(scratch, 20), Augmentation.Basic, Side, 0, new() { BatchSize = 8, DropLast = dropLast });
        Assert.Equal(counts.Length, loader.BatchesPerEpoch);
        var seen = new List<int>();
        foreach (var batch in loader.Epoch(0)) using (batch) seen.Add(batch.Count);
        Assert.Equal(counts, seen);
    }

    [Fact]
    public void Batch_larger_than_the_training_pictures_is_refused_and_larger_than_the_measured_ones_is_not()
    {
        using var scratch = new Scratch();
        var samples = TestPictures.Samples(scratch, 3);
        var fault = Assert.Throws<DataException>(() => Loader.Training(samples, Augmentation.Basic, Side, 0));
        Assert.Equal("a batch is larger than the data set: 32 pictures a batch, 3 training pictures\n  Pass `batch_size` 3 or less, or add pictures.", fault.Message);
        using var loader = Loader.Evaluation(samples, Preprocessing.Squash(Side));
        Assert.Equal([0, 1, 2], Indices(loader, 0));
    }

    private static readonly Augmentation Varied = Augmentation.Standard with
    {
        Pixels = [new RandAugment(), new TrivialAugment(), new AutoAugment(), new ColourJitter { Hue = 0.1 }, new RandomGrey(), new RandomBlur(), new RandomRotation(), new RandomErasing()],
    };

    private static List<(int Number, string Indices, string Labels, string Pixels)> Contents(Sample[] samples, int workers, int epoch, long seed = 0, int startAt = 0)
    {
        using var loader = Loader.Training(samples, Varied, Side, seed, new() { BatchSize = 8, Workers = workers });
        Assert.Equal(workers, loader.Workers);
        var contents = new List<(int, string, string, string)>();
        foreach (var batch in loader.Epoch(epoch, startAt))
            using (batch)
                contents.Add((batch.Number, string.Join(" ", batch.Indices), string.Join(" ", batch.Labels.data<long>()), Convert.ToHexString(Bytes(batch))));
        return contents;
    }

    private static List<int> Indices(Loader loader, int epoch)
    {
        var indices = new List<int>();
        foreach (var batch in loader.Epoch(epoch)) using (batch) indices.AddRange(batch.Indices);
        return indices;
    }

    private static Dictionary<int, byte[]> PixelsBySample(Loader loader, int epoch)
    {
        var pixels = new Dictionary<int, byte[]>();
        foreach (var batch in loader.Epoch(epoch))
            using (batch)
                foreach (var (slot, bytes) in Bytes(batch).Chunk(Side * Side * 3).Index()) pixels.Add(batch.Indices[slot], bytes);
        return pixels;
    }

    private static byte[] Bytes(Batch batch)
    {
        using var rows = batch.Pictures.permute(0, 2, 3, 1);
        return rows.bytes.ToArray();
    }
}
