using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>One class that a picture may be of.</summary>
/// <param name="Index">Its place among the logits.</param>
/// <param name="Class">Its name.</param>
/// <param name="Probability">Softmax of the logits, 0 to 1; not calibrated.</param>
public sealed record ClassProbability(int Index, string Class, double Probability);

/// <summary>What a network says of a picture: its most probable classes, or why the picture could not be read.</summary>
/// <param name="Image">The path as given.</param>
/// <param name="Predictions">Most probable first, equal ones by index; empty with an error.</param>
/// <param name="Error">Null, or what is wrong with the picture.</param>
public sealed record Prediction(string Image, IReadOnlyList<ClassProbability> Predictions, string? Error = null);

/// <summary>Asks a network what pictures show, in batches.</summary>
public static class Predictor
{
    /// <summary>Pictures that are decoded side by side and pass the network together. Fixed, so that an answer does not depend on anything but the list; fewer only where so many pixels do not fit into an array.</summary>
    public const int BatchSize = 16;

    /// <summary>Predicts pictures in order.</summary>
    /// <param name="model">The network; stays the caller's.</param>
    /// <param name="images">Paths.</param>
    /// <param name="topK">Classes a picture, 1 or more; more than there are gives all.</param>
    /// <param name="stop">Ends between batches.</param>
    /// <exception cref="JpegDecoderException">The environment asks for a JPEG decoder that cannot be had.</exception>
    /// <returns>An answer a picture, in the order of the paths, batch by batch as it is enumerated.</returns>
    public static IEnumerable<Prediction> Predict(SavedModel model, IEnumerable<string> images, int topK = 1, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        _ = JpegDecoder.Current;        // an error in its switch is the caller's to hear, not a worker's
        return images.Chunk((int)Math.Clamp(Array.MaxLength / (3L * model.Preprocessing.Side * model.Preprocessing.Side), 1, BatchSize)).TakeWhile(_ => !stop.IsCancellationRequested).SelectMany(chunk => Answer(model, chunk, Math.Min(topK, model.Classes.Count)));
    }

    private static Prediction[] Answer(SavedModel model, string[] paths, int k)
    {
        var side = model.Preprocessing.Side;
        var size = side * side * 3;
        var pixels = new byte[paths.Length * size];
        var errors = new string?[paths.Length];
        Parallel.For(0, paths.Length, i => errors[i] = Read(paths[i], model.Preprocessing, pixels.AsSpan(i * size, size)));
        var readable = Enumerable.Range(0, paths.Length).Where(i => errors[i] is null).ToArray();
        for (var row = 0; row < readable.Length; row++) pixels.AsSpan(readable[row] * size, size).CopyTo(pixels.AsSpan(row * size));      // close the gaps
        var (classes, logits) = (model.Classes.Count, model.Logits(pixels.AsSpan(0, readable.Length * size), readable.Length));
        return [.. paths.Select((path, i) => errors[i] is { } error ? new Prediction(path, [], error) : new Prediction(path, Best(logits.AsSpan(Array.IndexOf(readable, i) * classes, classes), model.Classes, k)))];
    }

    private static string? Read(string path, Preprocessing preprocessing, Span<byte> target)
    {
        try
        {
            using var image = ImageDecoder.Decode(path, DecodeOptions.Default with { HonourExifOrientation = preprocessing.HonourExifOrientation });
            preprocessing.Apply(image, target);
            return null;
        }
        catch (ImageException e)
        {
            return e.Message;
        }
    }

    private static List<ClassProbability> Best(ReadOnlySpan<float> logits, IReadOnlyList<string> classes, int k)
    {
        var probabilities = Softmax.Of(logits);
        if (!probabilities.All(double.IsFinite)) throw new PredictionException("the network's answer is not a finite number: its weights are damaged or from a run that diverged.\nUse another checkpoint.");
        return [.. Enumerable.Range(0, probabilities.Length).OrderByDescending(i => probabilities[i]).ThenBy(i => i).Take(k).Select(i => new ClassProbability(i, classes[i], probabilities[i]))];
    }
}
