using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Diagnosis;
using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Runtime;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet models</c> lists the networks; <c>justalexnet models test NAME</c> runs one on random pictures.</summary>
internal static class ModelsCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "JSON on standard output" };
    private static readonly Argument<string> Name = new("NAME") { Description = "A network of the list" };
    private static readonly Option<int> Classes = Values.Whole("--classes", "Number of classes", 1000);
    private static readonly Option<int> BatchSize = Values.Whole("--batch-size", "Pictures at once", 2);
    private static readonly Option<int> ImageSize = Values.Whole("--image-size", "Side of the pictures in pixels", 224);
    private static readonly Option<string> Device = Values.Device();

    public static Command Create(Terminal terminal)
    {
        var test = new Command("test", "Run a network on random pictures: shapes, parameters, milliseconds; compare every layer with float64.") { Name, Classes, BatchSize, ImageSize, Device, Json };
        HelpWithExamples.Add(test, "models test resnet18", "models test alexnet --classes 10 --batch-size 32 --image-size 128");
        test.SetAction(result => Test(result, terminal));
        var models = new Command("models", "List the networks.") { Json, test };
        HelpWithExamples.Add(models, "models", "models test resnet18", "models --json");
        models.SetAction(result => List(result.GetValue(Json), terminal));
        return models;
    }

    private static int List(bool json, Terminal terminal)
    {
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(ModelCatalogue.All.Select(m => new { name = m.Name, family = m.Family, parameters = m.Parameters, smallest_side = m.SmallestSide, paper = m.Paper })));
            return ExitCode.Done;
        }
        foreach (var line in Table(terminal.Width)) terminal.Out.WriteLine(line);
        terminal.Out.WriteLine($"\nparameters with 1000 classes\ntest   {Invocation.Line("models", "test", "resnet18")}\ntrain  {Invocation.Line("train", "photos", "--model", "resnet18")}");
        return ExitCode.Done;
    }

    /// <summary>The table; where the terminal has too few places the papers go first, then the families. models --json has all.</summary>
    internal static IEnumerable<string> Table(int? width)
    {
        var table = new FittedTable<ModelVariant>(
        [
            new("name", 11, (m, _) => m.Name, 3, Gap: 0) { IsLeft = true }, new("family", 10, (m, _) => m.Family, 1, Gap: 2) { IsLeft = true }, new("parameters", 10, (m, _) => m.Parameters.ToString("N0", CultureInfo.InvariantCulture), 3, Gap: 2),
            new("smallest side", 13, (m, _) => $"{m.SmallestSide} px", 3, Gap: 2), new("paper", 16, (m, _) => m.Paper, 0, Gap: 2) { IsLeft = true },
        ], width);
        return ModelCatalogue.All.Select(table.Of).Prepend(table.Header);
    }

    private static int Test(ParseResult result, Terminal terminal)
    {
        var name = result.GetValue(Name)!;
        var (classes, batch, side) = (result.GetValue(Classes), result.GetValue(BatchSize), result.GetValue(ImageSize));
        var variant = ModelCatalogue.Find(name);
        var fault = variant is null ? $"there is no network '{name}'{Values.Guess(name, ModelCatalogue.All.Select(m => m.Name), $", expected one of {string.Join(", ", ModelCatalogue.All.Select(m => m.Name))}")}"
            : classes < 1 ? $"--classes is {classes}, expected 1 or more"
            : batch < 1 ? $"--batch-size is {batch}, expected 1 or more"
            : side < variant.SmallestSide ? $"--image-size is {side}, {name} needs {variant.SmallestSide} or more" : Preprocessing.SideFault(side);
        if (fault is not null) return LineFaults.Refuse(result, terminal, fault);
        var device = ComputeDevice.Select(result.GetValue(Device)!);
        if (MemoryGuard.Standard.Require(new MemoryUse(variant!, classes, batch, side) { OptimiserValues = 0, Check = CheckBefore.Everything }, device) is { } doubt) terminal.Note(doubt);
        var test = ModelSelfTest.Run(variant!, classes, batch, side, device);
        var arithmetic = device == ComputeDevice.Cpu ? Check(variant!, classes, batch, side, terminal) : null;
        if (result.GetValue(Json))
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(new
            {
                name, device = device.ToString(), parameters = test.Parameters, stages = test.Stages.Select(s => new { name = s.Key, shape = s.Value }),
                forward_ms = test.ForwardMilliseconds, training_ms = test.TrainingMilliseconds,
                arithmetic = arithmetic is null ? null : ArithmeticWords.Json(arithmetic),
            }));
            return arithmetic?.IsRight == false ? ExitCode.Failed : ExitCode.Done;
        }
        terminal.Out.WriteLine($"{name} on {device}, {Counted.Of(batch, "random picture")} of {side} x {side}\n");
        foreach (var (stage, shape) in test.Stages) terminal.Out.WriteLine($"{stage,-26} {string.Join(" x ", shape)}");
        terminal.Out.WriteLine($"\narithmetic: {(arithmetic is null ? $"not compared with float64 on {device}" : $"{arithmetic.Findings.Count} comparisons with float64, the worst:\n{terminal.Broken($"{arithmetic.Worst}")}")}");
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\n{test.Parameters:N0} parameters   forward {test.ForwardMilliseconds:0.0} ms   forward and backward {test.TrainingMilliseconds:0.0} ms{(arithmetic?.IsRight == false ? "" : "   ok")}"));
        if (arithmetic?.Fault is not { } wrong) return ExitCode.Done;
        terminal.Error(wrong);
        return ExitCode.Failed;
    }

    private static ArithmeticReport Check(ModelVariant variant, int classes, int batch, int side, Terminal terminal)
    {
        using var line = new CountingLine(terminal, TimeProvider.System);
        return ArithmeticCheck.Run(variant, classes, batch, side, (done, of) => line.Show("comparing layers with float64", done, of));
    }
}
