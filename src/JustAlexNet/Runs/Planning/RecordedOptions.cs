using JustAlexNet.Imaging;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;

namespace JustAlexNet.Runs;

/// <summary>The entry "options" of checkpoints and <c>run.json</c>: the recipe, and what else decides the last bits of a sum or of a decoded pixel.</summary>
internal static class RecordedOptions
{
    /// <summary>The verb of the run.</summary>
    public const string Verb = "verb";

    private const string Device = "device", Threads = "threads", Decoder = "jpeg_decoder";

    /// <summary>The entries of a run on this machine.</summary>
    public static IReadOnlyDictionary<string, object> Of(Recipe recipe, ComputeDevice device) => new Dictionary<string, object>(recipe.Record())
    {
        [Verb] = recipe.Schema.Verb,
        [Device] = device.ToString(),
        [Threads] = TorchRuntime.Threads,
        [Decoder] = JpegDecoder.Current.Name,
    };

    /// <summary>What is another than before without being a setting of the course, a sentence each; nothing where the checkpoint does not say.</summary>
    public static IEnumerable<string> Changed(Checkpoint checkpoint, IReadOnlyDictionary<string, object> now) =>
        from name in new[] { Device, Threads, Decoder }
        where checkpoint.Options.TryGetValue(name, out var before) && $"{before}" != $"{now[name]}"
        select $"{name.Replace('_', ' ')}: {now[name]}, {checkpoint.Options[name]} before; the numbers differ a little from those of a run that never stopped";
}
