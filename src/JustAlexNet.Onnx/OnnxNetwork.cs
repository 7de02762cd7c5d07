using JustAlexNet.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace JustAlexNet.Onnx;

/// <summary>A network in an .onnx file: a batch of pictures in, a row of numbers for each out. Runs on the processor through ONNX Runtime.</summary>
/// <remarks>
/// The file has one input, float32 (N, 3, H, W), RGB, normalised, or uint8 (N, H, W, 3), RGB, as <c>export --embed-preprocessing</c> writes it; H and W equal, or open. Of its outputs one of float32 is taken,
/// (N, D) or (N, D, 1, 1).
/// N may be fixed, then batches are cut. The threads do not spin, since something else may compute beside it. Several threads may run it at a time, until it is freed.
/// </remarks>
public sealed class OnnxNetwork : IDisposable
{
    private static readonly string[] FeatureNames = ["features", "embeddings", "embedding"];

    private const int MostTried = 1 << 27;      // values of a batch, half a GiB of them: what a file asks for is taken to try it

    private static int alive;

    private readonly InferenceSession session;
    private readonly int? batch;
    private bool isFreed;

    private OnnxNetwork(string path, InferenceSession session, string[] preferred)
    {
        (Path, this.session) = (path, session);
        Metadata = session.ModelMetadata.CustomMetadataMap;
        InputName = Only(session.InputMetadata, "input");
        var shape = session.InputMetadata[InputName].Dimensions;
        TakesPixels = session.InputMetadata[InputName].ElementType == typeof(byte);
        if (shape.Length != 4 || shape[TakesPixels ? 3 : 1] is not (3 or -1) || shape[2] != shape[TakesPixels ? 1 : 3])
            throw new OnnxException($"{path} takes ({string.Join(", ", shape)}), expected {(TakesPixels ? "(N, S, S, 3): a batch of colour pictures, uint8, channels last" : "(N, 3, S, S): a batch of colour pictures, channels first")}.\nExport the network with such an input.");
        (batch, Side) = (shape[0] > 0 ? shape[0] : null, shape[2] > 0 ? shape[2] : null);
        var outputs = session.OutputMetadata.Where(node => node.Value.ElementType == typeof(float)).Select(node => node.Key).ToList();
        OutputName = preferred.FirstOrDefault(outputs.Contains) ?? outputs.FirstOrDefault()
            ?? throw new OnnxException($"{path} has no output of float32 numbers.\nExport the network so that it ends in its features.");
        FeatureOutputName = outputs.Find(name => name != OutputName && FeatureNames.Contains(name)) ?? (OutputName == OnnxHead.Output ? outputs.Find(name => name != OutputName) : null);
        (Width, GivesProbabilities, FeatureWidth) = Measure();
        if (FeatureWidth is null) FeatureOutputName = null;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The picture input's name.</summary>
    public string InputName { get; }

    /// <summary>Whether the input is pixels, uint8 (N, S, S, 3): the file normalises them itself.</summary>
    public bool TakesPixels { get; }

    /// <summary>The name of the output that is taken.</summary>
    public string OutputName { get; }

    /// <summary>S, where the file takes pictures of S x S only; null where it takes any.</summary>
    public int? Side { get; }

    /// <summary>D, numbers a picture.</summary>
    public int Width { get; }

    /// <summary>The output of features beside the one that is taken: what a head of <see cref="OnnxHead"/> stands on, else one that is called features, embeddings or embedding. Null where there is none.</summary>
    public string? FeatureOutputName { get; }

    /// <summary>Features a picture; null where there is no output of features.</summary>
    public int? FeatureWidth { get; }

    /// <summary>Whether the numbers are probabilities, as behind a softmax: of two different pictures they are 0 or more and add up to 1.</summary>
    public bool GivesProbabilities { get; }

    /// <summary>What the file says about itself, by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="output">The output to take where the file has it, else, and when null, its first one of float32.</param>
    /// <exception cref="OnnxException">No such file, no ONNX file, or inputs and outputs of another form.</exception>
    public static OnnxNetwork Open(string path, string? output = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(path, output, Environment.ProcessorCount);
    }

    /// <summary>Opens a file for what its network sees: takes the output called features, embeddings or embedding where the file has one (as those of <c>justalexnet export</c>), else its first one of float32.</summary>
    /// <exception cref="OnnxException">As <see cref="Open(string, string?)"/>.</exception>
    public static OnnxNetwork OpenFeatures(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(path, FeatureNames, Environment.ProcessorCount);
    }

    /// <summary>The same with so many threads a run.</summary>
    internal static OnnxNetwork Open(string path, string? output, int threads) => Open(path, output is null ? [] : [output], threads);

    private static OnnxNetwork Open(string path, string[] preferred, int threads)
    {
        if (!File.Exists(path)) throw new OnnxException($"{path}: there is no such file.\nName an .onnx file.");
        return Open(path, options => new InferenceSession(path, options), preferred, threads);
    }

    /// <summary>Opens what is to become a file.</summary>
    internal static OnnxNetwork Open(byte[] model, string path, string? output) => Open(path, options => new InferenceSession(model, options), output is null ? [] : [output], Environment.ProcessorCount);

    private static OnnxNetwork Open(string path, Func<SessionOptions, InferenceSession> open, string[] preferred, int threads)
    {
        try
        {
            OnnxEnvironment.Start();
            using var options = new SessionOptions { IntraOpNumThreads = threads };
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;      // what goes wrong comes as an exception
            return Checked(path, open(options), preferred);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxException($"{path} is no network that ONNX Runtime can run: {e.Message.Split('\n')[0]}\nName an .onnx file.", e);
        }
    }

    /// <summary>Runs pictures through the network.</summary>
    /// <param name="pixels">(N, S, S, 3), 0 to 255, RGB.</param>
    /// <param name="count">N.</param>
    /// <param name="preprocessing">Gives S, mean and deviation.</param>
    /// <param name="values">Receives (N, D) row by row.</param>
    /// <param name="features">Receives (N, <see cref="FeatureWidth"/>) row by row; empty (default): features are not asked for.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public void Run(ReadOnlySpan<byte> pixels, int count, Preprocessing preprocessing, Span<float> values, Span<float> features = default)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        var picture = preprocessing.Side * preprocessing.Side * 3;
        if (pixels.Length != count * picture || values.Length < count * Width) throw new ArgumentException($"expected {count} pictures of {picture} bytes and room for {count} x {Width} numbers");
        if (features.Length > 0 && features.Length < count * (FeatureWidth ?? int.MaxValue)) throw new ArgumentException($"expected room for {count} x {FeatureWidth?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no"} features", nameof(features));
        string[] outputs = features.Length > 0 ? [OutputName, FeatureOutputName!] : [OutputName];
        var table = TakesPixels ? [] : PixelTable.Of(preprocessing);
        var step = batch ?? count;
        for (var start = 0; start < count; start += step)
        {
            // A fixed batch that is not full is filled up with zeros, whose rows are dropped.
            var present = Math.Min(step, count - start);
            using var results = Run(pixels.Slice(start * picture, present * picture), step, picture, preprocessing.Side, table, outputs);
            results[0].GetTensorDataAsSpan<float>()[..(present * Width)].CopyTo(values[(start * Width)..]);
            if (features.Length > 0) results[1].GetTensorDataAsSpan<float>()[..(present * FeatureWidth!.Value)].CopyTo(features[(start * FeatureWidth.Value)..]);
        }
    }

    /// <summary>Runs an input that is as the network takes it: float32 (N, 3, S, S), normalised, or uint8 (N, S, S, 3).</summary>
    /// <param name="input">N x 3 x S x S values; longer is fine.</param>
    /// <param name="count">N, 1 or more.</param>
    /// <param name="side">S.</param>
    /// <param name="values">Receives (N, D) row by row.</param>
    internal void RunInput<T>(Memory<T> input, int count, int side, Span<float> values) where T : unmanaged
    {
        var picture = 3 * side * side;
        var step = batch ?? count;
        for (var start = 0; start < count; start += step)
        {
            var present = Math.Min(step, count - start);
            var part = input.Slice(start * picture, present * picture);
            if (present < step) part.CopyTo(part = new T[step * picture]);      // filled up with zeros, whose rows are dropped
            using var results = Run(part, TakesPixels ? [step, side, side, 3] : [step, 3, side, side], [OutputName]);
            results[0].GetTensorDataAsSpan<float>()[..(present * Width)].CopyTo(values[(start * Width)..]);
        }
    }

    /// <summary>Runs one picture and shows some of its outputs.</summary>
    /// <param name="pixels">(S, S, 3), 0 to 255, RGB.</param>
    /// <param name="preprocessing">Gives S, mean and deviation.</param>
    /// <param name="outputs">Names of float32 outputs.</param>
    /// <param name="each">Sees the place of a name and its values, valid during the call.</param>
    internal void Observe(ReadOnlySpan<byte> pixels, Preprocessing preprocessing, string[] outputs, Action<int, ReadOnlySpan<float>> each)
    {
        using var results = Run(pixels, 1, pixels.Length, preprocessing.Side, TakesPixels ? [] : PixelTable.Of(preprocessing), outputs);
        for (var i = 0; i < outputs.Length; i++) each(i, results[i].GetTensorDataAsSpan<float>());
    }

    /// <summary>What ONNX Runtime makes of a file on this machine: how many of each operator, by its name.</summary>
    internal static IReadOnlyDictionary<string, int> OptimisedOperators(byte[] model, string path)
    {
        var folder = Directory.CreateTempSubdirectory("justalexnet-");
        try
        {
            var file = System.IO.Path.Combine(folder.FullName, "optimised.onnx");
            Open(path, options =>
            {
                options.OptimizedModelFilePath = file;
                return new InferenceSession(model, options);
            }, [], Environment.ProcessorCount).Dispose();
            return OnnxModel.Read(file).Graph.Node.CountBy(node => node.OpType).ToDictionary();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Networks in the memory of this process now; tests count them.</summary>
    internal static int Alive => Volatile.Read(ref alive);

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isFreed, true)) return;
        session.Dispose();
        Interlocked.Decrement(ref alive);
    }

    private static OnnxNetwork Checked(string path, InferenceSession session, string[] preferred)
    {
        Interlocked.Increment(ref alive);
        try
        {
            return new OnnxNetwork(path, session, preferred);
        }
        catch
        {
            session.Dispose();
            Interlocked.Decrement(ref alive);
            throw;
        }
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(ReadOnlySpan<byte> pixels, int count, int picture, int side, float[] table, string[] outputs)
    {
        if (TakesPixels)
        {
            var bytes = new byte[count * picture];
            pixels.CopyTo(bytes);
            return Run<byte>(bytes, [count, side, side, 3], outputs);
        }
        var input = new float[count * picture];
        for (var start = 0; start < pixels.Length; start += picture) PixelTable.Normalise(pixels.Slice(start, picture), table, input.AsSpan(start, picture));
        return Run<float>(input, [count, 3, side, side], outputs);
    }

    private IDisposableReadOnlyCollection<OrtValue> Run<T>(Memory<T> input, long[] shape, string[] outputs, bool isTry = false) where T : unmanaged
    {
        using var tensor = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, input, shape);
        using var options = new RunOptions();
        if (isTry) options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");      // later batches are larger, and would not fit into what this one leaves
        return session.Run(options, [InputName], [tensor], outputs);
    }

    // A made-up picture: 0 everywhere, or some pattern.
    private (float[] Values, long[] Shape) Try(int count, int side, bool isPlain, string output)
    {
        var length = count * 3 * side * side;
        using var results = TakesPixels
            ? Run<byte>(Enumerable.Range(0, length).Select(i => isPlain ? (byte)0 : (byte)(i * 37 % 251)).ToArray(), [count, side, side, 3], [output], isTry: true)
            : Run<float>(Enumerable.Range(0, length).Select(i => isPlain ? 0 : i * 37 % 101 / 50f - 1).ToArray(), [count, 3, side, side], [output], isTry: true);
        return (results[0].GetTensorDataAsSpan<float>().ToArray(), results[0].GetTensorTypeAndShape().Shape);
    }

    // Axes may be open in the file: an empty picture tells, and another one whether both give probabilities.
    private (int Width, bool GivesProbabilities, int? FeatureWidth) Measure()
    {
        var (count, side) = (batch ?? 1, Side ?? 224);
        if ((Int128)3 * count * side * side > MostTried) throw new OnnxException($"{Path} takes {count} x {side} x {side} pixels at a time, expected {MostTried / 3} at most.\nExport the network for smaller pictures, or fewer at a time.");
        try
        {
            var (empty, shape) = Try(count, side, isPlain: true, OutputName);
            if (!AreRows(shape, count))
                throw new OnnxException($"{Path} gives ({string.Join(", ", shape)}) for a batch of {count}, expected (N, K): a row of numbers a picture.\nExport the network so that it ends in a row for each picture, pooled and flattened.");
            var features = FeatureOutputName is null ? [] : Try(count, side, isPlain: false, FeatureOutputName).Shape;
            return ((int)shape[1], AreProbabilities(empty, (int)shape[1]) && AreProbabilities(Try(count, side, isPlain: false, OutputName).Values, (int)shape[1]), AreRows(features, count) ? (int)features[1] : null);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxException($"{Path} does not run on a picture of {side} x {side}: {e.Message.Split('\n')[0]}\nExport the network with a float32 input (N, 3, S, S).", e);
        }
    }

    // (N, D), or (N, D, 1, 1)
    private static bool AreRows(long[] shape, int count) => shape.Length >= 2 && shape[0] == count && shape.Skip(2).All(length => length == 1);

    private static bool AreProbabilities(float[] values, int width) =>
        width > 1 && values.Chunk(width).All(row => row.All(value => value >= 0) && Math.Abs(row.Sum(value => (double)value) - 1) < 1e-3);

    private string Only(IReadOnlyDictionary<string, NodeMetadata> nodes, string kind)
    {
        if (nodes.Count == 1 && nodes.Values.First().ElementType is var type && (type == typeof(float) || type == typeof(byte))) return nodes.Keys.First();
        throw new OnnxException($"{Path} has the {kind}s {string.Join(", ", nodes.Select(node => $"{node.Key} ({node.Value.ElementType?.Name ?? "no tensor"})"))}, expected one of float32 or uint8: the picture.\nExport the network with one input.");
    }
}
