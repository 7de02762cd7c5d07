using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

/// <summary>Decoded photos that are kept: never another number, never more than the limit, and nothing decoded twice.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class PhotoCacheTests : IDisposable
{
    private const int Side = 24, Square = Side * Side * 3;

    private readonly Scratch scratch = new();
    private readonly Sample[] samples;

    public PhotoCacheTests() => samples = MiniSamples.In(scratch.At("photos"));

    public static TheoryData<string, string, bool, int?, int> Readings()
    {
        var data = new TheoryData<string, string, bool, int?, int>();
        foreach (var place in new[] { "memory", "disk" })
            foreach (var augment in new[] { "basic", "standard" })
                foreach (var (scaled, bound, workers) in new (bool, int?, int)[] { (true, null, 0), (true, null, 3), (false, null, 0), (true, 40, 3) }) data.Add(place, augment, scaled, bound, workers);
        return data;
    }

    public void Dispose() => scratch.Dispose();

    [Theory, MemberData(nameof(Readings))]
    public void Kept_photos_give_the_same_bits(string place, string augment, bool scaled, int? bound, int workers)
    {
        var (augmentation, reading) = (Named(augment), new PhotoReading { Scaled = scaled, Side = bound });
        var expected = MiniSamples.Content(samples, augmentation, Side, reading);
        using (var cache = In(place))
        {
            Assert.Equal(expected, MiniSamples.Content(samples, augmentation, Side, reading with { Cache = cache }, workers));
            Assert.True(cache.Held > samples.Length * 1000, $"{cache.Held} bytes are kept");
            Assert.Null(cache.Note);
        }
        using var again = In(place);
        Assert.Equal(expected, MiniSamples.Content(samples, augmentation, Side, reading with { Cache = again }, workers));
    }

    [Theory, InlineData("memory", "basic", null), InlineData("disk", "basic", null), InlineData("memory", "standard", 40), InlineData("disk", "standard", 40)]
    public void Second_epoch_opens_no_photo(string place, string augment, int? bound)
    {
        var reading = new PhotoReading { Side = bound };
        var expected = MiniSamples.Content(samples, Named(augment), Side, reading, first: 1);
        using var cache = In(place);
        _ = MiniSamples.Content(samples, Named(augment), Side, reading with { Cache = cache }, epochs: 1);
        foreach (var sample in samples) File.Delete(sample.Path);
        Assert.Equal(expected, MiniSamples.Content(samples, Named(augment), Side, reading with { Cache = cache }, workers: 2, first: 1));
        Assert.Throws<DataException>(() => MiniSamples.Content(samples, Named(augment), Side, reading));
    }

    [Fact]
    public void Another_run_finds_on_the_disk_what_was_kept_wherever_the_photos_are_now()
    {
        Run();
        var written = Segments();
        Assert.Single(written);
        var moved = samples.Select((sample, i) => sample with { Path = scratch.At("moved", $"{i}.jpg") }).ToArray();
        foreach (var (from, to) in samples.Zip(moved)) File.Move(from.Path, to.Path);
        using var cache = In("disk");
        Assert.Equal(MiniSamples.Content(moved, Augmentation.Basic, Side, new()), MiniSamples.Content(moved, Augmentation.Basic, Side, new() { Cache = cache }));
        Assert.Equal(written, Segments());
        Assert.Equal(new FileInfo(written[0]).Length, cache.Held);
    }

    [Fact]
    public void Other_ways_to_read_are_kept_apart()
    {
        Run();
        foreach (var reading in new[] { PhotoReading.Exact, new PhotoReading { Side = 40 } })
        {
            using var cache = In("disk");
            Assert.Equal(MiniSamples.Content(samples, Augmentation.Basic, Side, reading), MiniSamples.Content(samples, Augmentation.Basic, Side, reading with { Cache = cache }));
        }
        using (var cache = In("disk")) Assert.Equal(MiniSamples.Content(samples, Augmentation.Basic with { HonourExifOrientation = false }, Side, new()), MiniSamples.Content(samples, Augmentation.Basic with { HonourExifOrientation = false }, Side, new() { Cache = cache }));
        Assert.Equal(4, Segments().Length);
    }

    [Fact]
    public void Memory_beyond_the_limit_is_not_taken_and_that_is_said()
    {
        using var cache = PhotoCache.InMemory(5 * (Square + 512));
        Assert.Equal(MiniSamples.Content(samples, Augmentation.Basic, Side, new()), MiniSamples.Content(samples, Augmentation.Basic, Side, new() { Cache = cache }));
        Assert.InRange(cache.Held, 5 * Square, 5 * (Square + 512));
        Assert.Equal($"decoded photos are kept up to {Counted.Bytes(5 * (Square + 512))} of memory; what is beyond that is decoded in every epoch", cache.Note);
    }

    [Fact]
    public void Disk_beyond_the_limit_is_not_taken_and_what_is_not_wanted_goes_first()
    {
        const long limit = 9 * Square;
        Run();
        var old = Assert.Single(Segments());
        using var cache = PhotoCache.OnDisk(scratch.At("cache"), limit);
        Assert.Equal(MiniSamples.Content(samples, Augmentation.Basic, Side, PhotoReading.Exact), MiniSamples.Content(samples, Augmentation.Basic, Side, PhotoReading.Exact with { Cache = cache }));
        Assert.InRange(cache.Held, 8 * Square, limit + 1000);
        Assert.StartsWith($"decoded photos are kept up to {Counted.Bytes(limit)} in ", cache.Note, StringComparison.Ordinal);
        Assert.False(File.Exists(old));
    }

    [Fact]
    public void Changed_byte_and_cut_end_on_the_disk_are_decoded_anew()
    {
        var expected = MiniSamples.Content(samples, Augmentation.Basic, Side, new());
        Run();
        var segment = Assert.Single(Segments());
        var whole = File.ReadAllBytes(segment);
        foreach (var damaged in new[] { whole.Select((value, i) => i == 5 * Square + 77 ? (byte)~value : value).ToArray(), whole[..^40], whole[..10], [], whole.Select((value, i) => i == whole.Length - 60 ? (byte)~value : value).ToArray() })
        {
            foreach (var path in Segments()) File.Delete(path);
            File.WriteAllBytes(segment, damaged);
            using var cache = In("disk");
            Assert.Equal(expected, MiniSamples.Content(samples, Augmentation.Basic, Side, new() { Cache = cache }));
            Assert.Null(cache.Note);
        }
    }

    [Fact]
    public void Leftover_of_a_killed_run_goes()
    {
        var leftover = scratch.At("cache", "x.photos.abcdefgh.justalexnet-attempt");
        File.WriteAllBytes(leftover, new byte[1000]);
        Run();
        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public void File_that_another_run_removes_after_the_folder_was_listed_is_passed_over()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link needs a right there.");
        Directory.CreateDirectory(scratch.At("cache"));
        File.CreateSymbolicLink(scratch.At("cache", $"gone{PhotoSegment.Ending}"), scratch.At("nothing"));      // listed, and not to be opened
        using var cache = In("disk");
        Assert.Equal(MiniSamples.Content(samples, Augmentation.Basic, Side, new()), MiniSamples.Content(samples, Augmentation.Basic, Side, new() { Cache = cache }));
        Assert.Null(cache.Note);
        Assert.True(cache.Held > samples.Length * 1000, $"{cache.Held} bytes are kept");
    }

    [Fact]
    public void Pass_that_is_broken_off_keeps_what_it_decoded()
    {
        using (var cache = In("disk"))
        using (var loader = Loader.Training(samples, Augmentation.Basic, Side, seed: 4, new() { BatchSize = 5, Workers = 0 }, new() { Cache = cache }))
        {
            foreach (var batch in loader.Epoch(0))
            {
                batch.Dispose();
                break;
            }
            Assert.Single(Segments());
        }
        using var later = In("disk");
        Assert.Equal(MiniSamples.Content(samples, Augmentation.Basic, Side, new()), MiniSamples.Content(samples, Augmentation.Basic, Side, new() { Cache = later }));
    }

    [Fact]
    public void Several_segments_are_one_cache()
    {
        using (var cache = new PhotosOnDisk(scratch.At("cache"), null, segmentBytes: 3 * Square)) _ = MiniSamples.Content(samples, Augmentation.Basic, Side, new() { Cache = cache }, epochs: 1);
        Assert.Equal(4, Segments().Length);
        using var later = In("disk");
        Assert.Equal(MiniSamples.Content(samples, Augmentation.Basic, Side, new()), MiniSamples.Content(samples, Augmentation.Basic, Side, new() { Cache = later }));
        Assert.Equal(4, Segments().Length);
    }

    [Fact]
    public void Folder_that_cannot_be_made_is_said_and_changes_nothing()
    {
        File.WriteAllText(scratch.At("cache"), "a file");
        using var cache = In("disk");
        Assert.Equal(MiniSamples.Content(samples, Augmentation.Basic, Side, new()), MiniSamples.Content(samples, Augmentation.Basic, Side, new() { Cache = cache }));
        Assert.StartsWith($"decoded photos are kept no further: cannot write in {scratch.At("cache")}: ", cache.Note, StringComparison.Ordinal);
        Assert.Equal(0, cache.Held);
    }

    [Fact]
    public void Another_size_drops_what_the_last_one_kept()
    {
        var sizes = new ImageSizes((Side, 1), (32, 2));
        using var cache = PhotoCache.InMemory(1 << 24);
        var reading = new PhotoReading { Cache = cache };
        _ = MiniSamples.Content(samples, Augmentation.Basic, sizes, reading, epochs: 1);
        var first = cache.Held;
        Assert.InRange(first, samples.Length * Square, samples.Length * (Square + 512));
        Assert.Equal(MiniSamples.Content(samples, Augmentation.Basic, sizes, new(), first: 1), MiniSamples.Content(samples, Augmentation.Basic, sizes, reading, first: 1));
        Assert.Equal(samples.Length * (32 * 32 * 3 - Square), cache.Held - first);
    }

    [Theory, InlineData("basic", null), InlineData("standard", 40), InlineData("standard", null)]
    public void What_will_be_kept_is_known_before(string augment, int? bound)
    {
        var reading = new PhotoReading { Scaled = false, Side = bound };
        using var cache = PhotoCache.InMemory(1 << 28);
        _ = MiniSamples.Content(samples, Named(augment), Side, reading with { Cache = cache });
        Assert.InRange(PhotoNeed.Estimate(samples, Named(augment), Side, reading), cache.Held - samples.Length * 512, cache.Held);
    }

    private static Augmentation Named(string name) => name == "basic" ? Augmentation.Basic : Augmentation.Standard;

    private PhotoCache In(string place) => place == "memory" ? PhotoCache.InMemory(1 << 28) : PhotoCache.OnDisk(scratch.At("cache"));

    private string[] Segments() => [.. Directory.GetFiles(scratch.At("cache"), "*.photos").Order(StringComparer.Ordinal)];

    private void Run()
    {
        using var cache = In("disk");
        _ = MiniSamples.Content(samples, Augmentation.Basic, Side, new() { Cache = cache });
    }
}
