using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

/// <summary>How training photos are read: every pixel, or of large ones a part.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class PhotoReadingTests : IDisposable
{
    private const int Side = 24, Seed = 4;

    private readonly Scratch scratch = new();
    private readonly Sample[] samples;

    public PhotoReadingTests() => samples = MiniSamples.In(scratch.At("photos"));

    public void Dispose() => scratch.Dispose();

    [Theory, InlineData("basic"), InlineData("standard")]
    public void Exact_reading_sees_the_drawn_part_of_every_pixel(string name)
    {
        var augmentation = Named(name);
        var (pixels, expected) = (Epoch(augmentation, PhotoReading.Exact), new byte[Side * Side * 3]);
        foreach (var (index, sample) in samples.Index())
        {
            using var image = ImageDecoder.Decode(sample.Path);
            augmentation.Apply(image, new SampleRandom(Seed, 2, index), expected, Side);
            Assert.Equal(expected, pixels[index]);
        }
    }

    [Fact]
    public void Squashed_photo_is_decoded_at_the_part_that_leaves_twice_the_square()
    {
        var (scaled, exact) = (Epoch(Augmentation.Basic, new()), Epoch(Augmentation.Basic, PhotoReading.Exact));
        var expected = new byte[Side * Side * 3];
        foreach (var (index, sample) in samples.Index())
        {
            using var image = ImageDecoder.DecodeScaled(File.ReadAllBytes(sample.Path), sample.Path, new() { Reduction = 2 });
            Assert.InRange(Math.Min(image.Width, image.Height), 2 * Side * 2, 2 * Side * 4 - 1);
            image.Resize(new(0, 0, image.Width, image.Height), expected, Side, Side, Augmentation.Basic.Draw(image.Width, image.Height, new SampleRandom(Seed, 2, index)).Flip);
            Assert.Equal(expected, scaled[index]);
            Assert.InRange(MeanDifference(scaled[index], exact[index]), 1e-9, 2.5);
        }
    }

    [Fact]
    public void Random_part_is_drawn_of_the_whole_and_then_decides_the_scale()
    {
        const int small = 16;
        using var loader = Loader.Training(samples, Augmentation.Standard, small, Seed, new() { BatchSize = 5 });
        var reductions = new HashSet<int>();
        for (var epoch = 0; epoch < 4; epoch++)
        {
            var (pixels, expected) = (MiniSamples.Pixels(loader, epoch), new byte[small * small * 3]);
            foreach (var (index, sample) in samples.Index())
            {
                using var whole = ImageDecoder.Decode(sample.Path);
                var crop = Augmentation.Standard.Draw(whole.Width, whole.Height, new SampleRandom(Seed, epoch, index));
                var reduction = (Math.Min(crop.Box.Width, crop.Box.Height) / (2 * small)) switch { 0 or 1 => 1, 2 or 3 => 2, < 8 => 4, _ => 8 };
                reductions.Add(reduction);
                using var image = ImageDecoder.DecodeScaled(File.ReadAllBytes(sample.Path), sample.Path, new() { Reduction = reduction });
                image.Resize(crop.Box, expected, small, small, crop.Flip);
                Assert.Equal(expected, pixels[index]);
            }
        }
        Assert.Equal([1, 2, 4], reductions.Order());
    }

    [Theory, InlineData(true, 64), InlineData(false, 64), InlineData(true, 32)]
    public void Photos_above_the_bound_are_made_smaller_before_parts_are_drawn(bool scaled, int bound)
    {
        var reading = new PhotoReading { Scaled = scaled, Side = bound };
        var (pixels, expected) = (Epoch(Augmentation.Standard, reading), new byte[Side * Side * 3]);
        foreach (var (index, sample) in samples.Index())
        {
            var reduction = scaled && bound == 32 ? 2 : 1;
            using var image = ImageDecoder.DecodeScaled(File.ReadAllBytes(sample.Path), sample.Path, new() { Reduction = reduction });
            var (width, height) = image.Width <= image.Height ? (bound, bound * image.Height / image.Width) : (bound * image.Width / image.Height, bound);
            using var smaller = new RgbImage(width, height);
            image.Resize(new(0, 0, image.Width, image.Height), smaller.Pixels, width, height);
            Augmentation.Standard.Apply(smaller, new SampleRandom(Seed, 2, index), expected, Side);
            Assert.Equal(expected, pixels[index]);
        }
        Assert.Equal(Content(Augmentation.Standard, PhotoReading.Exact with { Side = 500 }), Content(Augmentation.Standard, PhotoReading.Exact));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PhotoReading { Side = 0 });
    }

    [Fact]
    public void Evaluation_reads_every_pixel()
    {
        var preprocessing = Preprocessing.Squash(Side);
        using var loader = Loader.Evaluation(samples, preprocessing, new() { BatchSize = 5 });
        var (pixels, expected) = (MiniSamples.Pixels(loader, 0), new byte[Side * Side * 3]);
        foreach (var (index, sample) in samples.Index())
        {
            using var image = ImageDecoder.Decode(sample.Path);
            preprocessing.Apply(image, expected);
            Assert.Equal(expected, pixels[index]);
        }
    }

    [Theory, InlineData("basic"), InlineData("standard")]
    public void Any_number_of_workers_gives_the_same_bits(string name)
    {
        var alone = Content(Named(name), new());
        Assert.Equal(alone, MiniSamples.Content(samples, Named(name), Side, new(), workers: 3));
        Assert.NotEqual(alone, Content(Named(name), PhotoReading.Exact));
    }

    [Fact]
    public void Photo_that_cannot_be_read_is_named_as_ever()
    {
        File.WriteAllBytes(samples[3].Path, File.ReadAllBytes(samples[3].Path)[..2000]);
        var messages = new[] { new PhotoReading(), PhotoReading.Exact }.Select(reading => Assert.Throws<DataException>(() => Content(Augmentation.Basic, reading)).Message).Distinct();
        Assert.Contains(samples[3].Path, Assert.Single(messages), StringComparison.Ordinal);
    }

    private static Augmentation Named(string name) => name == "basic" ? Augmentation.Basic : Augmentation.Standard;

    private string Content(Augmentation augmentation, PhotoReading reading) => MiniSamples.Content(samples, augmentation, Side, reading);

    private SortedDictionary<int, byte[]> Epoch(Augmentation augmentation, PhotoReading reading)
    {
        using var loader = Loader.Training(samples, augmentation, Side, Seed, new() { BatchSize = 5 }, reading);
        return MiniSamples.Pixels(loader, epoch: 2);
    }

    private static double MeanDifference(byte[] one, byte[] other) => one.Zip(other).Average(pair => Math.Abs(pair.First - pair.Second));
}
