using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

public sealed class PerceptualHashTests
{
    [Fact]
    public void Copies_in_other_sizes_and_kinds_of_file_look_the_same_and_other_photos_do_not()
    {
        using var scratch = new Scratch();
        var photos = Photos().Take(12).Select(PictureFacts.Of).ToList();
        foreach (var (i, path) in Photos().Take(12).Index())
        {
            var smaller = PictureFacts.Of(Copied(path, scratch.At($"{i}.jpg"), 0.6));
            Assert.True(PictureLook.AreSame(photos[i], smaller), path);
            Assert.NotEqual(photos[i].Content, smaller.Content);
            Assert.DoesNotContain(photos.Where((_, other) => other != i), other => PictureLook.AreSame(other, smaller));
        }
    }

    [Fact]
    public void Stretched_or_recoloured_picture_is_another()
    {
        var facts = PictureFacts.Of(Photos().First());
        Assert.True(PictureLook.AreSame(facts, facts));
        Assert.False(PictureLook.AreSame(facts, facts with { Width = facts.Width * 11 / 10 }));
        Assert.False(PictureLook.AreSame(facts, facts with { Look = facts.Look! with { Small = [.. facts.Look.Small.Select(value => (byte)(value ^ 0x20))] } }));
        Assert.False(PictureLook.AreSame(facts, facts with { Look = facts.Look! with { Hash = ~facts.Look.Hash } }));
    }

    [Fact]
    public void Picture_of_one_brightness_has_no_hash_and_is_like_none()
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch.At("flat.png"), PngEncoder.Encode([.. Enumerable.Repeat((byte)200, 48 * 32 * 3)], 48, 32));
        var flat = PictureFacts.Of(scratch.At("flat.png"));
        Assert.Null(flat.Look!.Hash);
        Assert.False(PictureLook.AreSame(flat, flat));
        Assert.All(flat.Look.Mean, value => Assert.Equal(200 / 255.0, value, 12));
    }

    [Fact]
    public void Index_finds_every_hash_within_seven_bits_and_compares_few()
    {
        var (random, index, hashes) = (new SampleRandom(1, 0, 0), new HashIndex(), new List<ulong>());
        for (var i = 0; i < 20_000; i++)
        {
            var hash = random.NextBits();
            if (i % 20 == 7)        // a copy of an earlier one in which up to 8 bits differ
            {
                hash = hashes[random.NextInt(hashes.Count)];
                for (var flips = random.NextInt(9); flips > 0; flips--) hash ^= 1UL << random.NextInt(64);
            }
            var near = index.Near(hash).ToHashSet();
            if (i % 20 == 7) Assert.Equal(hashes.Index().Where(other => PerceptualHash.Distance(other.Item, hash) <= HashIndex.MaxDistance).Select(other => other.Index).ToHashSet(), near);
            index.Add(hash);
            hashes.Add(hash);
        }
        Assert.InRange(index.Compared, 1, 20_000L * 20_000 / 500);
    }

    private static IEnumerable<string> Photos() =>
        MiniPhotos.Classes.SelectMany(name => Directory.GetFiles(Repository.At("samples", "clothing-mini", "train", name), "*.jpg").Order(StringComparer.Ordinal).Take(3));

    internal static string Copied(string path, string target, double scale)
    {
        using var image = ImageDecoder.Decode(path);
        var (width, height) = ((int)Math.Round(image.Width * scale), (int)Math.Round(image.Height * scale));
        var pixels = new byte[width * height * 3];
        Resizer.Resize(image, new(0, 0, image.Width, image.Height), pixels, width, height, Interpolation.Bilinear);
        File.WriteAllBytes(target, JpegEncoder.Encode(pixels, width, height));
        return target;
    }
}
