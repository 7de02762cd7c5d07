using JustAlexNet.Imaging;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

/// <summary>The means of the three channels as logits: no training, no libtorch.</summary>
public sealed class OnnxPredictorTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly Predictor predictor = Predictor.Open(Repository.At("tests", "Shared", "channel-means.onnx"), new SavedModelOptions { Preprocessing = Preprocessing.Squash(16) });

    public void Dispose()
    {
        predictor.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void Another_precision_than_fp32_is_refused_with_a_way_out()
    {
        Assert.Equal("fp32", predictor.Model.Precision);
        var options = new SavedModelOptions { Preprocessing = Preprocessing.Squash(16), Precision = "bf16" };
        Assert.Equal("`precision` bf16: .onnx files are computed in fp32 here.\nLeave `precision` out, or take a checkpoint (.pth).", Assert.Throws<PredictionException>(() => Predictor.Open(predictor.Model.Path, options)).Message);
        using var same = Predictor.Open(predictor.Model.Path, options with { Precision = "fp32" });
        Assert.Equal("fp32", same.Model.Precision);
    }

    [Fact]
    public void Paths_bytes_and_streams_give_the_same_answer()
    {
        var path = TestPictures.Write(scratch.At("a.bmp"), seed: 4);
        var expected = predictor.Predict(path, new() { TopK = 3 });
        using var stream = File.OpenRead(path);
        Picture[] pictures = [path, Picture.Bytes(File.ReadAllBytes(path), "upload"), Picture.Stream(stream, "stream")];
        var answers = predictor.Predict(pictures, new() { TopK = 3 }).ToList();
        Assert.Equal([path, "upload", "stream"], answers.Select(answer => answer.Image));
        Assert.All(answers, answer => Assert.Equal(expected.Predictions, answer.Predictions));
        Assert.Equal(1, expected.Predictions.Sum(p => p.Probability), 12);
        Assert.True(stream.CanRead);
    }

    [Fact]
    public void One_picture_and_a_batch_agree_and_errors_stand_in_their_place()
    {
        string[] paths = [.. Enumerable.Range(0, 40).Select(i => i == 17 ? scratch.At("none.bmp") : TestPictures.Write(scratch.At($"{i}.bmp"), seed: i))];
        var together = predictor.Predict(paths).ToList();
        Assert.Equal(paths, together.Select(answer => answer.Image));
        Assert.Equal($"cannot read {paths[17]}: there is no such file", together[17].Error);
        Assert.All(together.Where(answer => answer.Error is null), answer => Assert.Equal(predictor.Predict(answer.Image).Predictions, answer.Predictions));
        Assert.True(together.Where(answer => answer.Error is null).Select(answer => answer.Predictions[0].Probability).Distinct().Count() > 10);
        Assert.All(predictor.Predict([paths[17], paths[17]]), answer => Assert.NotNull(answer.Error));
    }

    [Fact]
    public void Several_threads_may_ask_at_once()
    {
        string[] paths = [.. Enumerable.Range(0, 20).Select(i => TestPictures.Write(scratch.At($"{i}.bmp"), seed: i))];
        var expected = predictor.Predict(paths, new() { TopK = 3 }).Select(answer => answer.Predictions).ToList();
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            var mine = thread % 2 == 0 ? predictor.Predict(paths, new() { TopK = 3 }) : paths.Select(path => predictor.Predict(path, new() { TopK = 3 }));
            Assert.All(mine.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.Predictions));
        });
    }

    [Fact]
    public void Stopping_ends_between_batches()
    {
        using var stop = new CancellationTokenSource();
        string[] paths = [.. Enumerable.Range(0, 40).Select(i => TestPictures.Write(scratch.At($"{i}.bmp"), seed: i))];
        var seen = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in predictor.Predict(paths, stop: stop.Token))
                if (++seen == 1) stop.Cancel();
        });
        Assert.Equal(Predictor.BatchSize, seen);
    }

    [Fact]
    public void Threshold_answers_unknown_and_faults_of_the_options_come_together()
    {
        var path = TestPictures.Write(scratch.At("a.bmp"), seed: 4);
        var sure = predictor.Predict(path, new() { Threshold = 0 });
        var unsure = predictor.Predict(path, new() { Threshold = 1 });
        Assert.Equal(sure.Predictions[0].Class, sure.Answer);
        Assert.Equal((Prediction.Unknown, true), (unsure.Answer, unsure.IsUnknown));
        Assert.Equal(sure.Predictions, unsure.Predictions);
        var fault = Assert.Throws<ArgumentException>(() => predictor.Predict(path, new() { TopK = 0, Threshold = 2 }));
        Assert.Equal("PredictorOptions: 2 faults.  TopK is 0, expected 1 or more.  Threshold is 2, expected 0 to 1.", fault.Message);
    }

    [Fact]
    public void What_is_not_there_is_refused_with_the_reason()
    {
        var path = TestPictures.Write(scratch.At("a.bmp"), seed: 4);
        Assert.StartsWith($"{predictor.Model.Path} gives logits only", Assert.Throws<PredictionException>(() => predictor.Predict(path, new() { Features = true })).Message);
        Assert.StartsWith("best.pth does not end in .onnx, and libtorch", Assert.Throws<PredictionException>(() => Predictor.Open("best.pth")).Message);
        predictor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(path));
    }

    [Fact]
    public void An_engine_takes_plain_bytes_too()
    {
        byte[] pixels = [.. Enumerable.Range(0, 2 * 16 * 16 * 3).Select(i => (byte)(i % 3 * 100))];
        var logits = new float[6];
        predictor.Model.Engine.Run(pixels, 2, predictor.Model.Preprocessing, logits);
        Assert.Equal((0f - 0.485f) / 0.229f, logits[0], 5);
        Assert.Equal((200f / 255 - 0.406f) / 0.225f, logits[5], 5);
        Assert.Throws<ArgumentException>(() => predictor.Model.Engine.Run(pixels, 1, predictor.Model.Preprocessing, logits));
    }
}
