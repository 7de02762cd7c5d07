using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Inference.Tests;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class BadImageTests
{
    private const int Side = 16;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public void Bad_picture_stops_with_its_path_and_advice(int workers)
    {
        using var scratch = new Scratch();
        var samples = Spoilt(scratch, 20, 13, 7);
        using var loader = Loader.Evaluation(samples, Preprocessing.Squash(Side), new() { BatchSize = 5, Workers = workers });
        var fault = Assert.Throws<DataException>(() => Drain(loader));
        Assert.Equal(samples[7].Path, fault.Location);   // the first in order, whichever thread met one first
        Assert.Equal($"""
            cannot read {samples[7].Path}: {Assert.IsType<ImageException>(fault.InnerException).Reason}
              1 of 20 pictures. Repair or remove it, or pass `bad_images` skip to leave such pictures out (they will be listed).
            """, fault.Message);
        Assert.Empty(loader.Skipped);
    }

    [Theory]
    [InlineData("empty.jpg", "")]
    [InlineData("text.jpg", "this is no picture")]
    [InlineData("gone.jpg", null)]
    public void Empty_file_text_and_missing_file_are_bad_pictures(string name, string? content)
    {
        using var scratch = new Scratch();
        if (content is not null) File.WriteAllText(scratch.At(name), content);
        using var loader = Loader.Evaluation([new(scratch.At(name), 0)], Preprocessing.Squash(Side));
        Assert.StartsWith($"cannot read {scratch.At(name)}: ", Assert.Throws<DataException>(() => Drain(loader)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Skipping_makes_the_batch_smaller_and_leaves_the_others_alone()
    {
        using var scratch = new Scratch();
        var samples = Spoilt(scratch, 20, 7, 6, 13);
        using var loader = Skipping(samples, workers: 3);
        Assert.Equal(["0: 0 1 2 3 4", "1: 5 8 9", "2: 10 11 12 14", "3: 15 16 17 18 19"], Drain(loader));
        Assert.Equal([samples[6].Path, samples[7].Path, samples[13].Path], loader.Skipped.Select(skipped => skipped.Path));
        Assert.All(loader.Skipped, skipped => Assert.NotEmpty(skipped.Reason));
        Drain(loader);
        Assert.Equal(3, loader.Skipped.Count);   // once each, however many epochs
    }

    [Fact]
    public void Pictures_of_a_closed_up_batch_keep_their_labels_and_pixels()
    {
        using var scratch = new Scratch();
        var samples = Spoilt(scratch, 5, 1, 3);
        using var loader = Skipping(samples, workers: 2);
        using var whole = Loader.Evaluation([samples[0], samples[2], samples[4]], Preprocessing.Squash(Side));
        using var closed = Assert.Single(loader.Epoch(0));
        using var expected = Assert.Single(whole.Epoch(0));
        Assert.Equal([0, 2, 4], closed.Indices);
        Assert.Equal(expected.Labels.data<long>().ToArray(), closed.Labels.data<long>().ToArray());
        using var pixels = closed.Pictures.permute(0, 2, 3, 1);
        using var expectedPixels = expected.Pictures.permute(0, 2, 3, 1);
        Assert.Equal(expectedPixels.bytes.ToArray(), pixels.bytes.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public void Batch_of_bad_pictures_alone_is_left_out_and_the_others_keep_their_numbers(int workers)
    {
        using var scratch = new Scratch();
        using var loader = Skipping(Spoilt(scratch, 12, 5, 6, 7, 8, 9), workers);
        Assert.Equal(3, loader.BatchesPerEpoch);
        Assert.Equal(["0: 0 1 2 3 4", "2: 10 11"], Drain(loader));
        Assert.Equal(["2: 10 11"], Drain(loader, startAt: 1));
    }

    [Fact]
    public void More_bad_pictures_than_the_limit_stop_after_all()
    {
        using var scratch = new Scratch();
        var samples = Spoilt(scratch, 20, 2, 9, 16);
        using (var enough = Skipping(samples, 2, limit: 3)) Assert.Equal(4, Drain(enough).Count);
        using var loader = Skipping(samples, 2, limit: 2);
        var fault = Assert.Throws<DataException>(() => Drain(loader));
        Assert.Equal(samples[16].Path, fault.Location);
        Assert.Equal($"""
            3 of 20 pictures cannot be read, more than the limit of 2
              last: {samples[16].Path}: {loader.Skipped[^1].Reason}
              Repair or remove them, or raise `bad_images_limit`.
            """, fault.Message);
    }

    [Fact]
    public void Epoch_of_bad_pictures_alone_stops()
    {
        using var scratch = new Scratch();
        var samples = Spoilt(scratch, 3, 0, 1, 2);
        using var loader = Skipping(samples, 1);
        var fault = Assert.Throws<DataException>(() => Drain(loader));
        Assert.Equal($"none of 3 pictures can be read\n  first: {samples[0].Path}: {loader.Skipped[0].Reason}\n  Repair them, or choose another folder.", fault.Message);
    }

    [Fact]
    public void Class_that_loses_its_last_picture_of_a_part_is_told_once()
    {
        var told = new List<string>();
        Sample[] training = [new("a/1", 0), new("a/2", 0), new("b/1", 1)], validation = [new("a/3", 0), new("b/2", 1)];
        var log = new BadImageLog(BadImages.Skip(), 5)
        {
            Parts = [new(training, ["a", "tab\tb"], lost => told.Add($"{lost.Said("training ")}, last {lost.Last.Path}")), new(validation, ["a", "tab\tb"], lost => told.Add(lost.Said("")))],
        };
        foreach (var path in new[] { "a/1", "a/1", "b/2" }) log.Add(path, new ImageException(path, "it is empty"));
        Assert.Equal(["the only picture of tab\\011b cannot be read"], told);
        foreach (var path in new[] { "a/2", "a/2" }) log.Add(path, new ImageException(path, "it is empty"));
        Assert.Equal("none of the 2 training pictures of a can be read, last a/2", Assert.Single(told[1..]));
    }

    [Fact]
    public void Limit_is_said_before_a_class_that_is_lost()
    {
        var log = new BadImageLog(BadImages.Skip(0), 2) { Parts = [new([new("a/1", 0)], ["a"], _ => Assert.Fail("the limit is what ends the run"))] };
        Assert.StartsWith("1 of 2 pictures cannot be read, more than the limit of 0\n", Assert.Throws<DataException>(() => log.Add("a/1", new ImageException("a/1", "it is empty"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_that_is_not_the_pictures_is_never_skipped()
    {
        var fault = Assert.Throws<DataException>(() => new BadImageLog(BadImages.Skip(), 5).Add("a.jpg", new InvalidOperationException("no more")));
        Assert.Equal("preparing a.jpg failed: InvalidOperationException: no more", fault.Message);
        Assert.IsType<InvalidOperationException>(fault.InnerException);
    }

    private static Loader Skipping(Sample[] samples, int workers, int? limit = null) => Loader.Evaluation(
        samples, Preprocessing.Squash(Side), new() { BatchSize = 5, Workers = workers, BadImages = BadImages.Skip(limit) });

    private static Sample[] Spoilt(Scratch scratch, int count, params int[] bad)
    {
        var samples = TestPictures.Samples(scratch, count);
        foreach (var index in bad) File.WriteAllBytes(samples[index].Path, File.ReadAllBytes(samples[index].Path)[..200]);
        return samples;
    }

    private static List<string> Drain(Loader loader, int startAt = 0)
    {
        var batches = new List<string>();
        foreach (var batch in loader.Epoch(0, startAt)) using (batch) batches.Add($"{batch.Number}: {string.Join(" ", batch.Indices)}");
        return batches;
    }
}
