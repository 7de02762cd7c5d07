using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Export;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet export CHECKPOINT --output FILE</c></summary>
internal static class ExportCommand
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Argument<string?> Checkpoint = Values.NotEmpty(new Argument<string?>("CHECKPOINT")
    {
        Description = "A checkpoint of justalexnet train or transfer, or PyTorch weights [default: best_model.pth in checkpoints or artifacts]", Arity = ArgumentArity.ZeroOrOne,
    });

    private static readonly ModelOptions Model = new(Checkpoint);
    private static readonly Option<string?> Output = Values.Path("--output", "The file to make", "FILE", "model.onnx");
    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace the file where it exists" };
    private static readonly Option<string> Precision = Values.Choice("--precision", "Numbers of the network: int8 is a quarter of the size, and faster where the processor has VNNI", "fp32", "fp32", "int8");
    private static readonly Option<string?> Calibrate = Values.Path("--calibrate", "With --precision int8: folder of photos such as the network will see, in class folders if possible [default: the run's]", "DATA");
    private static readonly Option<bool> Embed = new("--embed-preprocessing") { Description = "Take pixels, uint8 N x S x S x 3, and normalise them within; otherwise float32 N x 3 x S x S, normalised" };
    private static readonly Option<string?> Check = Values.Path("--check", "Pictures to compare with libtorch on [default: those of the run, else a photo of this program]", "PHOTOS");
    private static readonly Option<bool> UnsafeNumerics = new("--unsafe-numerics") { Description = "Go on where this machine was found to compute the network wrongly" };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on standard output" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("export", "Write a trained network as an .onnx file, for ONNX Runtime and other runtimes, and compare it with libtorch.") { Output, Overwrite, Precision, Calibrate, Embed, Check, UnsafeNumerics, Json };
        Model.AddTo(command);
        HelpWithExamples.Add(command,
            "export checkpoints/best_model.pth --output model.onnx",
            "export --output model.onnx --check photos/val               # compared on these",
            "export --output small.onnx --precision int8 --calibrate photos",
            "export best.pth --output pixels.onnx --embed-preprocessing  # takes bytes as they are decoded",
            "export resnet18.pth --output resnet18.onnx --model resnet18 --preprocessing imagenet --class-map names.txt",
            "predict photo.jpg --checkpoint model.onnx                   # without libtorch");
        command.SetAction(result => Run(result, terminal));
        return command;
    }

    private static int Run(ParseResult result, Terminal terminal)
    {
        var target = result.GetValue(Output)!;
        var fault = Path.GetExtension(target).Equals(".onnx", StringComparison.OrdinalIgnoreCase) ? null : $"--output is '{target}', expected a name that ends in .onnx";
        fault ??= (result.GetValue(Precision), result.GetValue(Calibrate), result.GetValue(Check)) switch
        {
            ("fp32", not null, _) => "--calibrate belongs to --precision int8: fp32 needs no ranges",
            ("int8", _, not null) => "--check belongs to fp32: int8 is compared on those photos of --calibrate by which no ranges were found",
            _ => null,
        };
        using var model = fault is null ? Model.Open(result, terminal, out fault) : null;
        if (model is null) return LineFaults.Refuse(result, terminal, fault!);
        Model.RequireMemory(model, pictures: int.MaxValue, Predictor.BatchSizeOf(model.Preprocessing.Side), result, terminal, offersBatchSize: false);
        var options = new ExportOptions
        {
            Precision = result.GetValue(Precision) == "int8" ? ExportPrecision.EightBit : ExportPrecision.Fp32, Calibrate = result.GetValue(Calibrate), EmbedPreprocessing = result.GetValue(Embed),
            Check = result.GetValue(Check), Overwrite = result.GetValue(Overwrite), UnsafeNumerics = result.GetValue(UnsafeNumerics),
        };
        using var stop = new StopSignal();
        using var line = new CountingLine(terminal, TimeProvider.System);
        try
        {
            var report = OnnxExport.Write(model, target, options, line.Show, stop.Token);
            line.Dispose();
            foreach (var note in report.Notes) terminal.Note(note);
            if (result.GetValue(Json)) WriteJson(model, target, options, report, terminal);
            else WriteText(model, target, options, report, terminal);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error("interrupted; nothing was written");
            return stop.ExitCode;
        }
    }

    private static void WriteJson(SavedModel model, string target, ExportOptions options, ExportReport report, Terminal terminal) => terminal.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["checkpoint"] = model.Path,
        ["file"] = target,
        ["bytes"] = report.Bytes,
        ["network"] = model.Name,
        ["precision"] = report.Quantisation is null ? "fp32" : "int8",
        ["input"] = options.EmbedPreprocessing ? "uint8" : "float32",
        ["image_size"] = model.Preprocessing.Side,
        ["classes"] = model.Classes.Count,
        ["compared_on"] = report.Comparison.Pictures,
        ["pictures"] = report.Comparison.Count,
        ["largest_difference"] = Number(report.Comparison.LargestDifference),
        ["largest_feature_difference"] = Number(report.Comparison.LargestFeatureDifference),
        ["limit"] = report.Quantisation is null ? OnnxExport.Limit : null,
        ["same_class"] = report.Comparison.SameClass,
        ["int8"] = report.Quantisation is { } int8 ? Json8(int8) : null,
    }, Readable));

    private static object Json8(Int8Report report) => new
    {
        method = Word(report.Method), calibrated_on = report.CalibratedOn, measured_on = report.MeasuredOn, weight_bits = report.WeightBits, fp32_top1 = report.ExactTop1, top1 = report.Final.Top1, top1_loss = report.Loss,
        candidates = report.Candidates.Select(c => new { method = Word(c.Method), top1 = c.Top1, agreement = c.Agreement, mean_difference = Number(c.MeanDifference) }),
        layers = report.Layers, float_layers = report.FloatLayers, operators = report.Operators, float_convolutions = report.FloatConvolutions,
    };

    private static void WriteText(SavedModel model, string target, ExportOptions options, ExportReport report, Terminal terminal)
    {
        void Say(string text) => terminal.Out.WriteLine(terminal.Broken(text));
        var side = model.Preprocessing.Side;
        Say(string.Create(CultureInfo.InvariantCulture, $"{target}   {report.Bytes:N0} bytes   {model.Name}, {(report.Quantisation is null ? "fp32" : "int8")}, {Counted.Of(model.Classes.Count, "class")}; takes {(options.EmbedPreprocessing ? $"uint8 N x {side} x {side} x 3" : $"float32 N x 3 x {side} x {side}")}"));
        if (report.Quantisation is { } int8)
            foreach (var said in Compared(int8)) Say(said);
        else Say(Compared(report.Comparison));
        Say($"predict   {Invocation.Line("predict", "photo.jpg", "--checkpoint", target)}");
    }

    private static string Compared(ExportComparison found) => string.Create(CultureInfo.InvariantCulture,
        $"compared with libtorch on {found.Pictures}: logits differ by up to {found.LargestDifference:0.0e+0} of the largest, features by {found.LargestFeatureDifference:0.0e+0} (limit {OnnxExport.Limit:0.0e+0}); same class for {found.SameClass} of {found.Count}");

    private static IEnumerable<string> Compared(Int8Report report)
    {
        yield return $"ranges found on {Counted.Of(report.CalibratedOn, "photo")} of {report.Data}, measured on {report.MeasuredOn} others{(report.ExactTop1 is { } exact ? string.Create(CultureInfo.InvariantCulture, $": top-1 in fp32 {exact:0.0000}") : "")}";
        foreach (var candidate in report.Candidates)
            yield return string.Create(CultureInfo.InvariantCulture, $"  {Word(candidate.Method),-11}{(candidate.Top1 is { } top1 ? $"top-1 {top1:0.0000}   " : "")}same class as fp32 {candidate.Agreement:0.0000}{(candidate.Method == report.Method ? "   best" : "")}");
        yield return $"ONNX Runtime computes {Counted.Of(report.Operators.GetValueOrDefault("QLinearConv"), "convolution")} in int8 here, {report.FloatConvolutions} in float32";
    }

    private static string Word(CalibrationMethod method) => method switch { CalibrationMethod.MinMax => "min-max", CalibrationMethod.Percentile => "percentile", _ => "entropy" };

    private static double? Number(double value) => double.IsFinite(value) ? value : null;
}
