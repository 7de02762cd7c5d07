using System.Globalization;

namespace JustAlexNet.Bench.Measuring;

/// <summary>Where the time of a side's rounds went, in seconds by kind of work.</summary>
/// <remarks>
/// oneDNN tells its own times on standard output (environment variable <c>ONEDNN_VERBOSE=profile_exec</c>; its developer guide, "Verbose Mode"), the side tells those of kernels of ours; the rest of the
/// time is <see cref="Other"/>. No part contains another: oneDNN and our kernels run one after the other on the thread that trains.
/// </remarks>
internal sealed class StepParts
{
    public const string Forward = "convolution, forward", ByData = "convolution, gradient of its input", ByWeights = "convolution, gradient of its weights", Products = "matrix products", Reordering = "reordering of memory",
        Normalisation = "normalisation and rectifier", Pooling = "pooling, with the normalisation before it", Input = "pixels to input", Update = "update", Waiting = "waiting for the loader", Other = "other";

    /// <summary>All kinds, in the order of the table.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Forward, ByData, ByWeights, Products, Reordering, Normalisation, Pooling, Input, Update, Waiting, Other];

    private const string Head = "onednn_verbose,";

    private readonly Dictionary<string, double> seconds = [];
    private double total;

    /// <summary>The environment of a side that is taken apart.</summary>
    public static IReadOnlyDictionary<string, string> Verbose { get; } = new Dictionary<string, string> { ["ONEDNN_VERBOSE"] = "profile_exec" };

    /// <summary>Steps that were seen.</summary>
    public double Steps { get; private set; }

    /// <summary>Milliseconds of a step that are of a kind; null where none are.</summary>
    public double? Milliseconds(string kind) => kind == Other ? 1000 * (total - seconds.Values.Sum()) / Steps : seconds.TryGetValue(kind, out var sum) ? 1000 * sum / Steps : null;

    /// <summary>Milliseconds of a step.</summary>
    public double Whole => 1000 * total / Steps;

    /// <summary>Adds what a side has told.</summary>
    public void Add(string kind, double more) => seconds[kind] = seconds.GetValueOrDefault(kind) + more;

    /// <summary>Adds rounds, a step each.</summary>
    public void AddSteps(double steps, double more) => (Steps, total) = (Steps + steps, total + more);

    /// <summary>Adds a line of the side's standard output where it is oneDNN's about an execution.</summary>
    /// <exception cref="BenchException">It has another form than that of oneDNN 3: v1, primitive, exec, engine, primitive, implementation, propagation, ..., milliseconds.</exception>
    public void Hear(string line)
    {
        if (!line.StartsWith(Head, StringComparison.Ordinal) || !line.Contains(",exec,", StringComparison.Ordinal)) return;
        if (line.Split(',') is not [_, "v1", "primitive", "exec", _, var primitive, _, var propagation, .., var last] || !double.TryParse(last, CultureInfo.InvariantCulture, out var milliseconds))
            throw new BenchException($"oneDNN's line has another form than expected (v1,primitive,exec,engine,primitive,implementation,propagation,...,milliseconds): {line}");
        if (KindOf(primitive, propagation) is { } kind) Add(kind, milliseconds / 1000);
    }

    private static string? KindOf(string primitive, string propagation) => (primitive, propagation) switch
    {
        ("convolution", "backward_data") => ByData,
        ("convolution", "backward_weights") => ByWeights,
        ("convolution", _) => Forward,
        ("matmul" or "inner_product", _) => Products,
        ("reorder", _) => Reordering,
        _ => null,
    };
}

/// <summary>A measurement could not be made.</summary>
internal sealed class BenchException(string message) : Exception(message);
