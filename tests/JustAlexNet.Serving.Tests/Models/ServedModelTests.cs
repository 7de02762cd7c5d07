using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Serving.Tests;

public sealed class ServedModelTests
{
    private static readonly string[] Pictures = ["rgb.jpg", "lossy.webp", "rgba.png", "exif-6.jpg", "grey.jpg"];

    [Theory, InlineData(false), InlineData(true)]
    public async Task Answers_are_those_of_predict_bit_for_bit(bool takesPixels)
    {
        await using var served = await Served.OfOneAsync(write: path => TestModels.Write(path, classes: 5, takesPixels: takesPixels, preprocessing: new Preprocessing(new ShorterSideCrop(40, 32))));
        using var predictor = Predictor.Open(served.Scratch.At("m.onnx"));
        byte[][] files = [.. Pictures.Select(TestFiles.Golden)];
        var expected = predictor.Predict(files.Select(file => Picture.Bytes(file)), new() { TopK = 5 }).ToList();
        var answer = await served.AskAsync(files);
        Assert.Equal((5, 5), (answer.Count, answer.Classes));
        for (var i = 0; i < files.Length; i++) Assert.Equal(expected[i].Predictions, answer.Best(i, 5));
        Assert.Equal(5, Enumerable.Range(0, 5).Select(i => answer.Row(i)[0]).Distinct().Count());
        Assert.Equal(predictor.Predict(Picture.Bytes(files[2]), new() { TopK = 2 }).Predictions, (await served.AskAsync([files[2]])).Best(0, 2));
    }

    [Fact]
    public async Task Orientation_is_honoured_as_the_preprocessing_says()
    {
        await using var served = await Served.OfOneAsync(write: path => TestModels.Write(path, preprocessing: Preprocessing.Squash(16) with { HonourExifOrientation = false }));
        using var predictor = Predictor.Open(served.Scratch.At("m.onnx"));
        var turned = TestFiles.Golden("exif-6.jpg");
        using var upright = Predictor.Open(TestModels.Write(served.Scratch.At("upright.onnx"), preprocessing: Preprocessing.Squash(16)));
        var answer = (await served.AskAsync([turned])).Best(0, 3);
        Assert.Equal(predictor.Predict(Picture.Bytes(turned), new() { TopK = 3 }).Predictions, answer);
        Assert.NotEqual(upright.Predict(Picture.Bytes(turned), new() { TopK = 3 }).Predictions, answer);
    }

    [Theory]
    [InlineData("palette.gif", ServingFault.UnsupportedKind, "unsupported_kind", "cannot read the picture: it is a GIF file; JPEG, PNG and WebP are read")]
    [InlineData("rgb.bmp", ServingFault.UnsupportedKind, "unsupported_kind", "cannot read the picture: it is a BMP file; JPEG, PNG and WebP are read")]
    [InlineData("expected.json", ServingFault.UnsupportedKind, "not_a_picture", "cannot read the picture: it is no picture, it begins with")]
    public async Task Other_kinds_are_refused_by_their_content(string file, ServingFault fault, string reason, string message)
    {
        await using var served = await Served.OfOneAsync();
        var refusal = await Assert.ThrowsAsync<ServingException>(() => served.AskAsync([TestFiles.Golden(file)]));
        Assert.Equal((fault, reason), (refusal.Fault, refusal.Reason));
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, served.Repository.Meter.Rejects[reason]);
        Assert.Equal(1, Assert.Single(served.Repository.Meter.Models).Failures[FailureKind.Other]);
    }

    [Fact]
    public async Task A_damaged_picture_is_named_by_its_place_and_nothing_passes_the_network()
    {
        await using var served = await Served.OfOneAsync();
        var whole = TestFiles.Golden("rgb.jpg");
        var refusal = await Assert.ThrowsAsync<ServingException>(() => served.AskAsync([whole, whole[..(whole.Length / 2)], whole]));
        Assert.Equal((ServingFault.BadInput, "damaged_picture"), (refusal.Fault, refusal.Reason));
        Assert.StartsWith("cannot read picture 2 of 3: the JPEG ends after ", refusal.Message, StringComparison.Ordinal);
        refusal = await Assert.ThrowsAsync<ServingException>(() => served.AskAsync([[], whole]));
        Assert.Equal(("empty", "cannot read picture 1 of 2: the file is empty (0 bytes)"), (refusal.Reason, refusal.Message));
        Assert.Equal(3, served.Networks[0].Batches.Length);     // those of the warm-up
    }

    public static TheoryData<string> Bombs => ["whole png", "png header", "jpeg header", "webp header"];

    [Theory, MemberData(nameof(Bombs))]
    public async Task A_bomb_is_refused_by_its_header_and_costs_no_memory(string kind)
    {
        await using var served = await Served.OfOneAsync();
        var file = kind switch
        {
            "whole png" => TestFiles.Bomb(8000), "png header" => TestFiles.Claim(60_000), "jpeg header" => TestFiles.JpegClaim(65_500, 65_500), _ => TestFiles.WebPClaim(),
        };
        using var admission = served.Repository.Admit(1, TestContext.Current.CancellationToken);
        using var lease = served.Repository.Lease();
        await Assert.ThrowsAsync<ServingException>(() => Ask());        // what is done once is done
        const int attempts = 20;
        var (own, resident) = (GC.GetAllocatedBytesForCurrentThread(), Environment.WorkingSet);
        var refusals = Enumerable.Range(0, attempts).Select(_ => Ask()).ToList();      // refused before anything is awaited
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - own, 0, attempts * 32_768);
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 100 << 20);
        foreach (var refused in refusals)
        {
            var refusal = await Assert.ThrowsAsync<ServingException>(() => refused);
            Assert.Equal((ServingFault.BadInput, "too_many_pixels"), (refusal.Fault, refusal.Reason));
            Assert.Contains("the limit is 50,000,000", refusal.Message, StringComparison.Ordinal);
        }

        Task<Logits> Ask() => lease.Model.InferAsync(admission, [file], served.Deadline, CancellationToken.None);
    }

    [Fact]
    public async Task A_strip_may_be_as_long_as_a_jpeg_and_no_longer()
    {
        await using var served = await Served.OfOneAsync();
        Assert.Equal(2, (await served.AskAsync([TestFiles.Strip(65_535, 1), TestFiles.Strip(1, 65_535)])).Count);
        var refusal = await Assert.ThrowsAsync<ServingException>(() => served.AskAsync([TestFiles.Strip(1, 65_536)]));
        Assert.Equal(("too_many_pixels", "cannot read the picture: it has 1 x 65,536 pixels, the limit is 65,535 a side.\nCut it, or send it smaller."), (refusal.Reason, refusal.Message));
    }

    [Fact]
    public async Task A_bomb_beside_the_pixels_costs_no_memory_either()
    {
        await using var served = await Served.OfOneAsync();
        var file = TestFiles.ProfileBomb(256 << 20);
        Assert.InRange(file.Length, 100_000, 1 << 20);
        await served.AskAsync([TestFiles.Plain(1)]);
        GC.Collect();
        var resident = Environment.WorkingSet;
        for (var i = 0; i < 5; i++) await served.AskAsync([file]);     // the profile is not looked at
        Assert.InRange(Environment.WorkingSet - resident, long.MinValue, 100 << 20);
    }

    [Fact]
    public async Task A_picture_of_as_many_pixels_as_are_allowed_is_answered()
    {
        await using var served = await Served.OfOneAsync(new ServingOptions { MaxPixels = 300 * 300 });
        Assert.Equal(1, (await served.AskAsync([TestFiles.Bomb(300)])).Count);
        Assert.Equal("too_many_pixels", (await Assert.ThrowsAsync<ServingException>(() => served.AskAsync([TestFiles.Bomb(301)]))).Reason);
    }

    [Fact]
    public async Task Tensors_and_pictures_share_batches_and_agree()
    {
        await using var served = await Served.OfOneAsync(new() { MaxBatch = 2, BatchDelay = TimeSpan.FromSeconds(10) });       // the batch begins when both are in it
        using var lease = served.Repository.Lease();
        var model = lease.Model;
        using var admission = served.Repository.Admit(4, TestContext.Current.CancellationToken);
        var png = await model.PreprocessedPngAsync(admission, TestFiles.Golden("rgb.jpg"), served.Deadline, TestContext.Current.CancellationToken);
        using var seen = ImageDecoder.Decode(png, "seen");
        Assert.Equal((model.Side, model.Side), (seen.Width, seen.Height));
        var (mean, deviation, plane) = (model.Preprocessing.Mean.ToArray(), model.Preprocessing.Deviation.ToArray(), model.Side * model.Side);
        float[] tensor = [.. Enumerable.Range(0, 3 * plane).Select(i => (seen.Pixels[i % plane * 3 + i / plane] / 255f - (float)mean[i / plane]) / (float)deviation[i / plane])];

        var network = served.Networks[0];
        var logits = await Task.WhenAll(
            model.InferTensorAsync(admission, tensor, 1, served.Deadline, CancellationToken.None), model.InferAsync(admission, [TestFiles.Golden("rgb.jpg")], served.Deadline, CancellationToken.None));
        Assert.Equal(2, network.Batches[^1].Length);
        Assert.Contains(-1, network.Batches[^1]);
        Assert.Equal(logits[0].Values.ToArray(), logits[1].Values.ToArray());
    }

    [Fact]
    public async Task Tensors_of_another_form_or_without_finite_numbers_are_refused()
    {
        await using var served = await Served.OfOneAsync();
        await using var pixels = await Served.OfOneAsync(write: path => TestModels.Write(path, takesPixels: true));
        using var admission = served.Repository.Admit(2, TestContext.Current.CancellationToken);
        using var lease = served.Repository.Lease();
        using var other = pixels.Repository.Lease();
        var length = 3 * TestModels.Side * TestModels.Side;
        await RefusedAsync(() => lease.Model.InferTensorAsync(admission, new float[length + 1], 1, served.Deadline, default), "wrong_tensor", "the tensor has 193 numbers, expected 1 x 192 of (N, 3, 8, 8).");
        await RefusedAsync(() => lease.Model.InferTensorAsync(admission, new byte[length], 1, served.Deadline, default), "wrong_tensor", "the model takes normalised numbers, FP32 (N, 3, 8, 8), received pixels, UINT8 (N, 8, 8, 3).");
        await RefusedAsync(() => other.Model.InferTensorAsync(admission, new float[length], 1, served.Deadline, default), "wrong_tensor", "the model takes pixels, UINT8 (N, 8, 8, 3), received normalised numbers, FP32 (N, 3, 8, 8).");
        await RefusedAsync(() => lease.Model.InferTensorAsync(admission, new float[length], 0, served.Deadline, default), "no_picture", "the request has no picture, expected one or more.");
        await RefusedAsync(() => lease.Model.InferTensorAsync(admission, Filled(float.NaN), 1, served.Deadline, default), "not_finite", "the tensor holds NaN or infinity, expected finite numbers.");
        await RefusedAsync(() => lease.Model.InferTensorAsync(admission, Filled(float.MaxValue), 1, served.Deadline, default), "not_finite", "the network's answer to this tensor is not a finite number: its values are too large.\nNormalise them as the model's metadata says.");
        Assert.Equal(1, (await other.Model.InferTensorAsync(admission, new byte[length], 1, served.Deadline, TestContext.Current.CancellationToken)).Count);

        float[] Filled(float value) => [.. Enumerable.Repeat(value, length)];
    }

    [Fact]
    public async Task A_network_with_damaged_weights_is_not_served()
    {
        var refusal = await Assert.ThrowsAsync<ModelLoadException>(() => Served.OfOneAsync(write: path => TestModels.Write(path, scale: float.NaN)));
        Assert.Contains("does not run: its answer to a plain picture is NaN or infinite", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_or_a_caller_that_has_gone_is_not_decoded_for()
    {
        await using var served = await Served.OfOneAsync();
        using var admission = served.Repository.Admit(1, TestContext.Current.CancellationToken);
        using var lease = served.Repository.Lease();
        await RefusedAsync(() => lease.Model.InferAsync(admission, [TestFiles.Plain(1)], served.Deadline.AddSeconds(-20), default), "deadline", null);
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lease.Model.InferAsync(admission, [TestFiles.Plain(1)], served.Deadline, left.Token));
        var meter = served.Repository.Meter;
        Assert.Equal([("caller_left", 1), ("deadline", 1)], meter.Rejects.Select(reject => (reject.Key, (int)reject.Value)));
        var failures = Assert.Single(meter.Models).Failures;
        Assert.Equal((1, 1, 0, 0), (failures[FailureKind.Rejected], failures[FailureKind.Canceled], failures[FailureKind.Backend], failures[FailureKind.Other]));
        Assert.Equal(3, served.Networks[0].Batches.Length);
    }

    [Fact]
    public async Task Counters_tell_answers_pictures_batches_and_times()
    {
        await using var served = await Served.OfOneAsync();
        var network = served.Networks[0];
        for (var i = 0; i < 3; i++) await network.EnteredAsync();
        network.Holds = true;
        var asked = served.AskAsync([TestFiles.Plain(1), TestFiles.Plain(2)]);
        await network.EnteredAsync();
        served.Time.Advance(TimeSpan.FromMilliseconds(7));
        network.Release();
        var answer = await asked;
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromMilliseconds(7)), (answer.Queue, answer.Infer));
        var count = Assert.Single(served.Repository.Meter.Models);
        Assert.Equal(("m", "1", 1, 2, 1, 0), (count.Name, count.Version, count.Success, count.Inferences, count.Executions, count.Pending));
        Assert.Equal((TimeSpan.FromMilliseconds(7), TimeSpan.FromMilliseconds(7)), (count.Request, count.ComputeInfer));
        Assert.Equal(served.Time.GetUtcNow(), count.LastInference);
        Assert.Empty(served.Repository.Meter.Rejects);
    }

    private static async Task RefusedAsync(Func<Task> ask, string reason, string? message)
    {
        var refusal = await Assert.ThrowsAsync<ServingException>(ask);
        Assert.Equal(reason, refusal.Reason);
        if (message is not null) Assert.Equal(message, refusal.Message);
    }
}
