using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Imaging;
using JustAlexNet.Weights;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet weights inspect|convert|diff</c></summary>
internal static class WeightsCommand
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static readonly Argument<string> File = Values.NotEmpty(new Argument<string>("FILE") { Description = "A file of weights: PyTorch's .pth (of any version) or .safetensors" });
    private static readonly Argument<string> First = Values.NotEmpty(new Argument<string>("A") { Description = "A file of weights" });
    private static readonly Argument<string> Second = Values.NotEmpty(new Argument<string>("B") { Description = "Another file of weights" });
    private static readonly Argument<string> Target = Values.NotEmpty(new Argument<string>("TARGET") { Description = "The file to make: .pth or .pt (PyTorch's zip format), or .safetensors" });
    private static readonly Option<string?> Entry = new("--entry") { Description = "Which dictionary of the file to take, such as ema.model", HelpName = "KEY" };
    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace TARGET where it exists" };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on standard output" };

    public static Command Create(Terminal terminal)
    {
        var inspect = new Command("inspect", "Say what a file of weights holds. Nothing of it is run.") { File, Json };
        HelpWithExamples.Add(inspect, "weights inspect resnet18.pth", "weights inspect model.safetensors --json");
        inspect.SetAction(result => Inspect(WeightsFile.Open(result.GetValue(File)!), result.GetValue(Json), terminal));
        var convert = new Command("convert", "Write a file of weights in the format of the target's ending, every value bit for bit.") { File, Target, Entry, Overwrite, Json };
        HelpWithExamples.Add(convert, "weights convert checkpoints/best_model.pth model.safetensors", "weights convert model.safetensors model.pth", "weights convert old-legacy.pth new.pth", "weights convert run.pth ema.pth --entry ema.model");
        convert.SetAction(result => Convert(result, terminal));
        var diff = new Command("diff", "Compare the weights of two files, of whatever format. Exit code 0: equal, 1: different.") { First, Second, Json };
        HelpWithExamples.Add(diff, "weights diff epoch1.pth epoch2.pth", "weights diff model.pth model.safetensors --json");
        diff.SetAction(result => Diff(result.GetValue(First)!, result.GetValue(Second)!, result.GetValue(Json), terminal));
        var weights = new Command("weights", "Look into files of weights, convert and compare them.") { inspect, convert, diff };
        HelpWithExamples.Add(weights, "weights inspect resnet18.pth", "weights convert resnet18.pth resnet18.safetensors", "weights diff a.pth b.pth");
        return weights;
    }

    private static int Inspect(WeightsFile file, bool json, Terminal terminal)
    {
        var summary = WeightsSummary.Of(file);
        if (summary.IsCut) terminal.Warn($"only the first {summary.Tensors.Count + summary.Values.Count:N0} entries are shown");
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(new
            {
                file = file.Path, kind = Kind(file.Format), state_dict = summary.State?.Entry, parameters = summary.Parameters,
                tensors = summary.Tensors.Select(t => new { name = t.Name, dtype = t.Type, shape = t.Shape }), values = summary.Values.Select(v => new { name = v.Name, value = v.Text }),
            }, Readable));
            return ExitCode.Done;
        }

        var output = terminal.Out;
        output.WriteLine($"{PrintableText.Of(file.Path)}   {Kind(file.Format)}");
        var width = summary.Tensors.Select(t => Columns.Width(t.Name)).Concat(summary.Values.Select(v => Columns.Width(v.Name))).DefaultIfEmpty(0).Max();
        if (summary.Values.Count > 0) output.WriteLine();
        foreach (var value in summary.Values) output.WriteLine($"{Columns.Pad(value.Name, width)}   {PrintableText.Of(value.Text)}");
        if (summary.Tensors.Count > 0) output.WriteLine();
        foreach (var tensor in summary.Tensors) output.WriteLine($"{Columns.Pad(tensor.Name, width)}   {tensor.Type,-10} {Shape(tensor.Shape)}");
        output.WriteLine();
        if (summary.State is not { } state)
        {
            output.WriteLine(terminal.Broken($"no weights of one network: {Invocation.In(SettingOptions.In(summary.NoState!))}"));
            return ExitCode.Done;
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(summary.Parameters, "parameter")} in {Counted.Of(state.Tensors.Count, "tensor")}{(state.Entry.Length > 0 ? $" under {PrintableText.Of(state.Entry)}" : "")} (running statistics not counted)"));
        foreach (var note in state.Notes) output.WriteLine(terminal.Broken($"to be loaded: {Invocation.In(SettingOptions.In(note))}"));
        return ExitCode.Done;
    }

    private static int Convert(ParseResult result, Terminal terminal)
    {
        var (source, target) = (result.GetValue(File)!, result.GetValue(Target)!);
        if (Path.GetExtension(target).Equals(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            terminal.Error($"TARGET is '{target}': an .onnx file holds the network besides its weights\nWrite it with: {Invocation.Line("export", source, "--output", target)}");
            return ExitCode.Usage;
        }
        if (!WeightsConversion.Endings.Contains(Path.GetExtension(target)))
            return LineFaults.Refuse(result, terminal, $"TARGET is '{target}', expected a name that ends in {string.Join(", ", WeightsConversion.Endings)}: the ending says which format to write");
        var left = WeightsConversion.Convert(source, target, result.GetValue(Entry), result.GetValue(Overwrite));
        if (left.Count > 0) terminal.Warn($"{target} cannot hold, or was not asked to hold: {string.Join(", ", left.Take(12))}{(left.Count > 12 ? $" and {left.Count - 12} more" : "")}");
        long bytes;
        using (var written = System.IO.File.OpenRead(target)) bytes = written.Length;      // of what a link points to
        if (result.GetValue(Json)) terminal.Out.WriteLine(JsonSerializer.Serialize(new { source, target, bytes, left_out = left }, Readable));
        else terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{PrintableText.Of(target)}   {bytes:N0} bytes"));
        return ExitCode.Done;
    }

    private static int Diff(string a, string b, bool json, Terminal terminal)
    {
        var (left, right) = (WeightsFile.Open(a).FindState(), WeightsFile.Open(b).FindState());
        foreach (var note in left.Notes.Select(note => $"{a}: {note}").Concat(right.Notes.Select(note => $"{b}: {note}"))) terminal.Warn(note);
        var difference = WeightsDifference.Between(left, right);
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(new
            {
                equal = difference.IsEqual, only_in_a = difference.OnlyLeft, only_in_b = difference.OnlyRight,
                tensors = difference.Tensors.Where(t => !t.IsEqual).Select(t => new { name = t.Name, dtypes = new[] { t.LeftType, t.RightType }, shapes = new[] { t.LeftShape, t.RightShape }, largest_difference = t.Largest }),
            }, Readable));
            return difference.IsEqual ? ExitCode.Done : ExitCode.Different;
        }

        var differing = difference.Tensors.Where(t => !t.IsEqual).ToList();
        foreach (var name in difference.OnlyLeft) terminal.Out.WriteLine($"only in {PrintableText.Of(a)}   {PrintableText.Of(name)}");
        foreach (var name in difference.OnlyRight) terminal.Out.WriteLine($"only in {PrintableText.Of(b)}   {PrintableText.Of(name)}");
        var width = differing.Select(t => Columns.Width(t.Name)).DefaultIfEmpty(0).Max();
        foreach (var t in differing) terminal.Out.WriteLine($"{Columns.Pad(t.Name, width)}   {Words(t)}");
        var same = difference.Tensors.Count - differing.Count;
        terminal.Out.WriteLine(difference.IsEqual ? $"equal: {same} tensors" : $"different: {differing.Count} of {difference.Tensors.Count} common tensors, {difference.OnlyLeft.Count + difference.OnlyRight.Count} in one file only");
        return difference.IsEqual ? ExitCode.Done : ExitCode.Different;
    }

    private static string Words(TensorDifference t) => string.Join("   ", new[]
    {
        t.LeftShape.SequenceEqual(t.RightShape) ? null : $"{Shape(t.LeftShape)} and {Shape(t.RightShape)}",
        t.LeftType == t.RightType ? null : $"{t.LeftType} and {t.RightType}",
        t.Largest is { } largest ? string.Create(CultureInfo.InvariantCulture, $"differs by up to {largest:G6}") : null,
    }.OfType<string>());

    private static string Shape(IReadOnlyList<long> shape) => shape.Count == 0 ? "scalar" : string.Join(" x ", shape);

    private static string Kind(WeightsFormat format) => format switch
    {
        WeightsFormat.TorchZip => "PyTorch (zip)",
        WeightsFormat.TorchLegacy => "PyTorch (legacy, before 1.6)",
        _ => "safetensors",
    };
}
