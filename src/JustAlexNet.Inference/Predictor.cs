using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Asks a network what pictures show, in batches.</summary>
/// <remarks>
/// <para>Use:
/// <code>
/// using var predictor = Predictor.Open("best_model.onnx");
/// var answer = predictor.Predict("photo.jpg");
/// Console.WriteLine(answer);
/// </code></para>
/// <para>Thread-safe: pictures of several callers are decoded side by side, the network computes one batch after another. An enumeration belongs to one thread.</para>
/// </remarks>
public sealed class Predictor : IDisposable
{
    /// <summary>Pictures that pass the network together. Fixed, so that an answer does not depend on anything but the list; fewer only above 512 pixels a side.</summary>
    public const int BatchSize = 16;

    /// <summary>Pictures of a size that pass together: above 512 pixels a side no more pixels than at 512, for a batch keeps answers and signals waiting.</summary>
    /// <param name="side">Pixels, 1 or more.</param>
    public static int BatchSizeOf(int side) => (int)Math.Clamp(BatchSize * 512L * 512 / ((long)side * side), 1, BatchSize);

    /// <summary>A predictor on a model.</summary>
    /// <param name="model">Freed with the predictor.</param>
    public Predictor(SavedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
    }

    /// <summary>The model.</summary>
    public SavedModel Model { get; }

    /// <summary>Opens an .onnx file; parameters and errors as <see cref="SavedModel.Open"/>. For other files: <c>new Predictor(ModelFile.Open(path))</c> of the package JustAlexNet.</summary>
    public static Predictor Open(string path, SavedModelOptions? options = null) => new(SavedModel.Open(path, options));

    /// <summary>Predicts one picture: a path, or <see cref="Picture.Bytes"/> or <see cref="Picture.Stream"/>.</summary>
    /// <param name="picture">That it cannot be read is said in the answer.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="JpegDecoderException">The environment asks for a JPEG decoder that cannot be had.</exception>
    /// <exception cref="PredictionException">The network's answer is no number, or it has no features and they are asked for.</exception>
    /// <exception cref="ArgumentException">The options are at fault; all faults are named.</exception>
    /// <exception cref="ObjectDisposedException">The model was freed.</exception>
    public Prediction Predict(Picture picture, PredictorOptions? options = null) => Predict([picture], options).Single();

    /// <summary>Predicts files in order, see <see cref="Predict(IEnumerable{Picture}, PredictorOptions?, CancellationToken)"/>.</summary>
    public IEnumerable<Prediction> Predict(IEnumerable<string> paths, PredictorOptions? options = null, CancellationToken stop = default) => Predict(paths.Select(Picture.File), options, stop);

    /// <summary>Predicts pictures in order.</summary>
    /// <param name="pictures">The list is copied; the pictures are read while the answers are enumerated.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="stop">Ends between batches.</param>
    /// <returns>An answer a picture, in the order of the list, batch by batch as it is enumerated.</returns>
    /// <exception cref="JpegDecoderException">The environment asks for a JPEG decoder that cannot be had.</exception>
    /// <exception cref="ArgumentException">The options are at fault; all faults are named.</exception>
    /// <exception cref="PredictionException">The network has no features and they are asked for; while enumerating: its answer is no number.</exception>
    /// <exception cref="OperationCanceledException">While enumerating: <paramref name="stop"/> was asked for.</exception>
    public IEnumerable<Prediction> Predict(IEnumerable<Picture> pictures, PredictorOptions? options = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        options ??= new PredictorOptions();
        options.Check();
        if (options.Features && Model.Engine.Features is null) throw NoFeatures(Model);
        List<Picture> list = [.. pictures];
        var loading = new LoaderOptions
        {
            BatchSize = BatchSizeOf(Model.Preprocessing.Side),
            Workers = list.Count == 1 ? 0 : Math.Max(1, Environment.ProcessorCount / 2),        // the network runs on the same cores
        };
        var reader = new PictureReader([.. list.Select(picture => new Sample(picture.Name, 0))], new PicturePreparation(list, Model.Preprocessing), loading);
        return InferenceLoop.Run(Model.Engine, reader.Read(Model.Engine, bad: null), Model.Preprocessing, options.Features, stop).SelectMany(step => Named(step.Batch, step.Output, list, options));
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => Model.Dispose();

    private Prediction[] Named(PixelBatch batch, EngineOutput? output, List<Picture> pictures, PredictorOptions options)
    {
        var (places, first) = (batch.Count + batch.Faults.Count, batch.Indices.Concat(batch.Faults.Select(fault => fault.Index)).Min());
        var named = new Prediction[places];
        foreach (var (index, fault) in batch.Faults) named[index - first] = new Prediction(pictures[index].Name, [], BadImageLog.Expected(pictures[index].Name, fault).Message);
        var (classes, features) = (Model.Classes.Count, options.Features ? Model.Engine.Features!.Value : 0);
        for (var row = 0; row < batch.Count; row++)
        {
            named[batch.Indices[row] - first] = new Prediction(pictures[batch.Indices[row]].Name, ClassProbability.Best(output!.Logits.Slice(row * classes, classes), Model.Classes, options.TopK, Model.Path))
            {
                Threshold = options.Threshold, Features = features > 0 ? output.Features.Slice(row * features, features).ToArray() : default,
            };
        }
        return named;
    }

    private static PredictionException NoFeatures(SavedModel model) => new(
        $"{model.Path} gives logits only, and what its last layer sees is asked for.\nExport it with a second output of float32 (N, D) called 'features', or take a checkpoint (.pth).");
}
