using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Transfer.Tests;

public sealed class CrossValidatedLabelsTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string Photos => Path.Combine(scratch.Folder, "photos");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Wrong_labels_are_found_by_features_of_a_network_that_knows_none_of_the_classes()
    {
        Make();
        Put("dark", "wrong-1.png", 200, 900);
        Put("light", "wrong-2.png", 60, 901);
        using var model = Model("a", "b");
        var report = Check(model, 5);
        Assert.Equal(["dark/wrong-1.png dark light", "light/wrong-2.png light dark"], report.Doubts!.Select(doubt => $"{doubt.Path} {doubt.Class} {doubt.Likely}").Order(StringComparer.Ordinal));
        Assert.All(report.Doubts!, doubt => Assert.Equal(SeenInTraining.HeldOut, doubt.Seen));
        Assert.All(report.Doubts!, doubt => Assert.True(doubt.Probability < 0.5 && doubt.LikelyProbability > 0.5));
        Assert.StartsWith($"{model.Path} knows none of the classes of {Photos}", Assert.Throws<DataException>(() => DataCheck.Run(Photos, new() { CacheFolder = null, Model = model })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Twin_with_the_same_wrong_label_does_not_hide_it()
    {
        Make();
        Put("dark", "wrong-1.png", 200, 900);
        for (var copy = 2; copy < 9; copy++) File.Copy(scratch.At("photos", "dark", "wrong-1.png"), scratch.At("photos", "dark", $"wrong-{copy}.png"));
        using var model = Model("a", "b");
        Assert.Equal(8, Check(model, 4).Doubts!.Count(doubt => doubt.Path.StartsWith("dark/wrong-", StringComparison.Ordinal)));
    }

    [Fact]
    public void Network_that_knows_the_classes_and_records_nothing_leaves_open_what_it_has_seen()
    {
        Make();
        Put("dark", "wrong-1.png", 200, 900);
        using var model = Model("dark", "light");
        Assert.Equal(SeenInTraining.Unknown, Assert.Single(Check(model, 5).Doubts!).Seen);
    }

    [Fact]
    public void One_class_and_a_network_without_features_are_refused()
    {
        Make();
        using var blind = new SavedModel("blind.onnx", new MeanEngine(2, hasFeatures: false), new ClassNames(["a", "b"]), Preprocessing.Squash(8));
        Assert.StartsWith("blind.onnx gives no features, on which `folds` fits heads.", Assert.Throws<DataException>(() => Check(blind, 5)).Message, StringComparison.Ordinal);
        foreach (var light in Directory.GetFiles(scratch.At("photos", "light")).Skip(1)) File.Delete(light);
        using var model = Model("a", "b");
        Assert.StartsWith($"{Photos} has 1 class of two photos or more that can be read", Assert.Throws<DataException>(() => Check(model, 5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CrossValidatedLabels(1));
    }

    private DataCheckReport Check(SavedModel model, int folds) => DataCheck.Run(Photos, new() { CacheFolder = null, Model = model, Judge = new CrossValidatedLabels(folds) });

    private void Make()
    {
        for (var i = 0; i < 20; i++)
        {
            Put("dark", $"{i}.png", 60, i);
            Put("light", $"{i}.png", 200, 100 + i);
        }
    }

    // Noise around a brightness, none like another.
    private void Put(string name, string file, int brightness, int seed)
    {
        var (random, pixels) = (new Random(seed), new byte[40 * 40 * 3]);
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(brightness - 40 + random.Next(80) + seed % 7);
        File.WriteAllBytes(scratch.At("photos", name, file), PngEncoder.Encode(pixels, 40, 40));
    }

    private static SavedModel Model(params string[] classes) => new("mean.onnx", new MeanEngine(classes.Length, hasFeatures: true), new ClassNames(classes), Preprocessing.Squash(8));

    // The mean of red, green and blue is all that it sees.
    private sealed class MeanEngine(int classes, bool hasFeatures) : Engine
    {
        public override string Name => "mean";

        public override int Classes => classes;

        public override int? Features => hasFeatures ? 3 : null;

        internal override EngineOutput Compute(BatchBuffer buffer, int count, Preprocessing preprocessing, bool features)
        {
            var output = new HostOutput(count * classes, features ? count * 3 : 0);
            output.LogitsToFill.Clear();
            for (var i = 0; i < count && features; i++)
            {
                var picture = buffer.Picture(i);
                for (var c = 0; c < 3; c++)
                {
                    var sum = 0f;
                    for (var at = c; at < picture.Length; at += 3) sum += picture[at];
                    output.FeaturesToFill[3 * i + c] = sum / (picture.Length / 3);
                }
            }
            return output;
        }

        internal override void Free() { }
    }
}
