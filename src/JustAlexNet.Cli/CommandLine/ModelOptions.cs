using System.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Diagnosis;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>The options of the verbs that use a saved model.</summary>
/// <param name="file">The argument that names it; null: the option <c>--checkpoint</c> does, and another the device.</param>
/// <param name="purpose">What the model is for, where the verb does without one too; null: it needs one, and finds the usual one where none is named.</param>
internal sealed class ModelOptions(Argument<string?>? file = null, string? purpose = null)
{
    private readonly Option<string?> checkpoint = Values.Path("--checkpoint", $"{purpose}A checkpoint of justalexnet train or transfer, PyTorch weights, or an .onnx file{(purpose is null ? " [default: best_model.pth in checkpoints or artifacts]" : "")}", "FILE");
    private readonly Option<string?> model = new("--model") { Description = "The network, for weights that do not say it; an error when it contradicts the checkpoint", HelpName = "NAME" };
    private readonly Option<string?> classMap = Values.Path("--class-map", "Class names, for weights without them: class_to_idx.json, {index: name}, {index: [wnid, name]} or a text file of names", "FILE");
    private readonly Option<string?> preprocessing = new("--preprocessing") { Description = "For weights that carry none: imagenet (shorter side, centre crop) or squash", HelpName = "imagenet|squash" };
    private readonly NumberOrWord<int> imageSize = Values.WholeOr("auto", "--image-size", "With --preprocessing: side of the network's input in pixels; auto is 224 for imagenet");
    private readonly PretrainedOptions pretrained = new("Weights instead of a checkpoint: imagenet (torchvision's, of --model; downloaded once) or a file");
    private readonly Option<string> device = Values.Device();
    private readonly Option<string> precision = Values.Choice("--precision", "What convolutions and linear layers compute in; auto: fp32; bf16 is faster where the hardware has it, with 2 to 3 decimal digits", "auto", "auto", "fp32", "bf16", "fp16");

    public void AddTo(Command command)
    {
        if (file is not null) command.Add(file);
        foreach (var option in new Option[] { checkpoint, pretrained.Source, pretrained.Address, model, classMap, preprocessing, imageSize, device, precision })
            if (file is null || (option != checkpoint && option != device && option != precision)) command.Add(option);
    }

    /// <summary>Whether the line names a model.</summary>
    public bool IsNamed(ParseResult result) => FileOf(result) is not null || pretrained.IsGiven(result);

    /// <summary>Where the network computes, as it was asked for.</summary>
    private string DeviceOf(ParseResult result) => file is null ? result.GetValue(device)! : "cpu";

    private string? FileOf(ParseResult result) => file is null ? result.GetValue(checkpoint) : result.GetValue(file);

    /// <summary>Refuses what cannot fit in memory, and says what may not. An .onnx file needs no libtorch, which the estimate does.</summary>
    /// <param name="opened">The model.</param>
    /// <param name="pictures">All that there are.</param>
    /// <param name="batchSize">At most so many at once.</param>
    /// <param name="result">The command line.</param>
    /// <param name="terminal">Hears of doubts.</param>
    /// <param name="offersBatchSize">Whether the batch size can be asked for.</param>
    /// <exception cref="NotEnoughMemoryException">It cannot fit.</exception>
    public void RequireMemory(SavedModel opened, int pictures, int batchSize, ParseResult result, Terminal terminal, bool offersBatchSize = true)
    {
        if (!Path.GetExtension(opened.Path).Equals(".onnx", StringComparison.OrdinalIgnoreCase) && Doubt(opened, Math.Clamp(pictures, 1, batchSize), pictures > batchSize, DeviceOf(result), offersBatchSize) is { } doubt) terminal.Note(doubt);
    }

    private static string? Doubt(SavedModel opened, int batchSize, bool repeats, string device, bool offersBatchSize) => ModelCatalogue.Find(opened.Name) is not { } variant ? null
        : MemoryGuard.Standard.Require(new MemoryUse(variant, opened.Classes.Count, batchSize, opened.Preprocessing.Side, opened.Precision switch { "bf16" => Precision.Bf16, "fp16" => Precision.Fp16, _ => Precision.Fp32 }) { Learns = false, Repeats = repeats }, ComputeDevice.Select(device), offersBatchSize: offersBatchSize);

    /// <summary>Opens the model, or says which option is wrong.</summary>
    public SavedModel? Open(ParseResult result, Terminal terminal, out string? fault)
    {
        var side = imageSize.Of(result);
        var kind = result.GetValue(preprocessing);
        fault = Fault(result.GetValue(model), kind, side) ?? pretrained.Fault(result, result.GetValue(model));
        if (fault is null && pretrained.IsGiven(result) && FileOf(result) is not null) fault = $"{file?.Name ?? checkpoint.Name} and --pretrained exclude each other: both name the weights";
        if (fault is not null) return null;
        var opened = Open(result, kind, side, terminal);
        foreach (var note in opened.Notes) terminal.Note(note);
        if (opened.Licence is { } licence) terminal.Note(licence);
        return opened;
    }

    private SavedModel Open(ParseResult result, string? kind, int? side, Terminal terminal)
    {
        var options = new SavedModelOptions
        {
            Model = result.GetValue(model),
            ClassMap = result.GetValue(classMap),
            Preprocessing = kind switch { "imagenet" => Preprocessing.ImageNet(side ?? ImageNetWeights.ImageSize), "squash" => Preprocessing.Squash(side!.Value), _ => null },
            Device = DeviceOf(result),
            Precision = file is null ? result.GetValue(precision)! : "auto",
        };
        if (pretrained.IsGiven(result)) return ModelFile.Open(pretrained.Open(result, options.Model, terminal), options);
        return ModelFile.Open(FileOf(result) ?? StandardModel.Find(terminal), options);
    }

    private static string? Fault(string? model, string? kind, int? side)
    {
        if (model is not null && Unknown(model) is { } unknown) return unknown;
        if (kind is not (null or "imagenet" or "squash")) return $"--preprocessing does not know '{kind}'{Values.Guess(kind, ["imagenet", "squash"], ", expected imagenet or squash")}";
        if (kind is null && side is not null) return "--image-size belongs to --preprocessing: for weights that do not say how their pictures were prepared";
        if (kind == "squash" && side is null) return "--preprocessing squash needs --image-size: the side that the network was trained with";
        return side is { } pixels ? Preprocessing.SideFault(pixels) : null;
    }

    // By itself: the catalogue needs TorchSharp, which an .onnx file does not.
    private static string? Unknown(string model)
    {
        var names = ModelCatalogue.All.Select(m => m.Name).ToList();
        return names.Contains(model) ? null : $"--model does not know '{model}'{Values.Guess(model, names, $", expected {string.Join(", ", names)}")}";
    }
}
