using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Runs.Tests;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Transfer.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class FeatureCacheTests : PretrainedFixture
{
    [Fact]
    public void Second_run_computes_nothing_and_gives_the_same_bits()
    {
        var (first, computed) = Extract(views: 2);
        var (second, again) = Extract(views: 2);

        Assert.Equal(36, computed);
        Assert.Equal(0, again);
        Assert.Equal(Values(first), Values(second));
    }

    [Fact]
    public void Renamed_picture_hits_and_changed_picture_misses()
    {
        Extract();
        var photos = Directory.GetFiles(Path.Combine(Photos(), "train", "hat"));
        File.Move(photos[0], Path.Combine(Photos(), "train", "hat", "renamed.jpg"));
        Assert.Equal(0, Extract().Computed);
        File.AppendAllBytes(photos[1], [0]);        // behind the end of the JPEG: other content, though the same picture
        Assert.Equal(1, Extract().Computed);
    }

    [Fact]
    public void Other_weights_preprocessing_or_view_miss()
    {
        Extract();
        Assert.Equal(18, Extract(weights: Weights(1)).Computed);
        Assert.Equal(18, Extract(squashes: true).Computed);
        Assert.Equal(18, Extract(side: Side + 1).Computed);
        Assert.Equal(18, Extract(views: 2).Computed);       // the second view is new, the first is not
        Assert.Equal(0, Extract().Computed);
    }

    [Fact]
    public void Another_decoder_misses_and_so_does_another_version_of_it()
    {
        Extract(decoder: "SkiaSharp 4.154.0");
        Assert.Equal(18, Extract(decoder: "libjpeg-turbo 2").Computed);
        Assert.Equal(18, Extract(decoder: "libjpeg-turbo 3").Computed);
        Assert.Equal(0, Extract(decoder: "SkiaSharp 4.154.0").Computed);
        Extract();
        Assert.Equal(0, Extract(decoder: $"{JpegDecoder.Current.Name} {JpegDecoder.Current.Version}").Computed);       // it is the one that decodes here
    }

    [Fact]
    public void Features_in_another_precision_are_kept_apart_and_differ_by_its_rounding()
    {
        var full = Extract();
        var lower = Extract(precision: Precision.Bf16);
        Assert.Equal(18, lower.Computed);
        Assert.Equal((0, 0), (Extract().Computed, Extract(precision: Precision.Bf16).Computed));
        double[] expected = [.. Values(full.Table).Select(value => (double)value)], received = [.. Values(lower.Table).Select(value => (double)value)];
        Assert.NotEqual(expected, received);
        Same.Within(0.1, expected, received, "features");
    }

    [Fact]
    public void Features_of_the_first_generation_are_not_read_again()
    {
        // Its key, which wrong features of a processor that hides its caches may stand under.
        using (var backbone = PretrainedBackbone.Open(Weights(), new PretrainedRequest(null, null, Side), download: null, ComputeDevice.Cpu, []))
        {
            var preprocessing = JsonSerializer.Serialize(backbone.Preprocessing.ToDictionary());
            var old = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes($"1\n{backbone.Fingerprint}\n{preprocessing}\nwhole\nfloat32\n")));
            Extract();
            File.Move(Assert.Single(Directory.GetFiles(Cache)), Path.Combine(Cache, old + ".features"));
        }
        Assert.Equal(18, Extract().Computed);
    }

    [Fact]
    public void Damaged_entry_is_noticed_and_computed_again()
    {
        var (whole, _) = Extract();
        var file = Assert.Single(Directory.GetFiles(Cache));
        var bytes = File.ReadAllBytes(file);
        bytes[12 + 16 + 100] ^= 1;      // a bit of the first entry's values
        File.WriteAllBytes(file, bytes);

        var notes = new List<string>();
        var (repaired, computed) = Extract(notes: notes);

        Assert.Equal(1, computed);
        Assert.Equal(["1 damaged entry in the cache of features: computed again"], notes);
        Same.Within(1e-5, [.. Values(whole).Select(v => (double)v)], [.. Values(repaired).Select(v => (double)v)], "features");     // a picture alone in its batch: other last bits
        Assert.Equal(0, Extract().Computed);
    }

    [Theory]
    [InlineData(0), InlineData(5), InlineData(1000)]
    public void Cut_file_costs_only_what_it_lost(int length)
    {
        Extract();
        var file = Assert.Single(Directory.GetFiles(Cache));
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, length == 1000 ? bytes[..^1000] : bytes[..length]);

        Assert.Equal(length == 1000 ? 1 : 18, Extract().Computed);
        Assert.Equal(0, Extract().Computed);
    }

    [Fact]
    public void Another_data_set_adds_to_the_file_and_takes_nothing_away()
    {
        Extract();
        Assert.Equal(3 * 2, Extract(data: Photos(classes: 3, train: 8)).Computed);     // the first six of each class are known
        Assert.Equal(0, Extract().Computed);
        Assert.Single(Directory.GetFiles(Cache));
    }

    [Fact]
    public void Without_a_folder_nothing_is_kept()
    {
        Assert.Equal(18, Extract(cache: false).Computed);
        Assert.Equal(18, Extract(cache: false).Computed);
        Assert.False(Directory.Exists(Cache) && Directory.EnumerateFiles(Cache).Any());
    }

    [Fact]
    public void Cache_that_cannot_be_written_is_said_and_does_no_harm()
    {
        var folder = Path.Combine(Scratch.At("x"), "cache");        // below a file
        File.WriteAllText(Scratch.At("x"), "a file where the folder should be");
        var notes = new List<string>();

        Assert.Equal(18, Extract(notes: notes, folder: folder).Computed);

        Assert.StartsWith("features are not kept: cannot make the folder ", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_picture_is_left_out_every_time()
    {
        Extract();
        var bad = Path.Combine(Photos(), "train", "dress", "bad.jpg");
        File.WriteAllText(bad, "no picture");
        for (var i = 0; i < 2; i++)
        {
            var (table, computed) = Extract(badImages: BadImages.Skip());
            Assert.Equal((18, 0), (table.Count, computed));
        }
        Assert.Contains(bad, Assert.Throws<DataException>(() => Extract()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_computed_before_a_stop_is_kept()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Extract(batch: 4, stop: stop, stopAt: 8));
        Assert.Equal(18 - 8, Extract().Computed);
    }

    private (FeatureTable Table, int Computed) Extract(
        string? data = null, string? weights = null, bool? squashes = null, int side = Side, int views = 1, bool cache = true, string? folder = null, List<string>? notes = null, BadImages? badImages = null,
        int batch = 32, string? decoder = null, CancellationTokenSource? stop = null, int stopAt = -1, Precision precision = Precision.Fp32)
    {
        using var backbone = PretrainedBackbone.Open(weights ?? Weights(), new PretrainedRequest(null, squashes, side), download: null, ComputeDevice.Cpu, [], precision);
        var samples = ImageFolder.Open(data ?? Photos()).Training;
        var loading = new LoaderOptions { BatchSize = batch, Workers = 0, BadImages = badImages ?? BadImages.Fail };
        var extractor = new FeatureExtractor(backbone, new FeatureCache(cache ? folder ?? Cache : null, decoder), loading, TimeProvider.System);
        var last = new FeatureProgress(0, 0, 0);
        var (table, _) = extractor.Run(samples, FeatureView.First(views), progress =>
        {
            last = progress;
            if (progress.Done == stopAt) stop!.Cancel();
        }, stop?.Token ?? CancellationToken.None);
        notes?.AddRange(extractor.Notes);
        return (table, table.Count * views - last.FromCache);
    }

    private static float[] Values(FeatureTable table) => [.. Enumerable.Range(0, table.Count).SelectMany(i => Enumerable.Range(0, table.Views).SelectMany(v => table.Row(i, v).ToArray()))];
}
