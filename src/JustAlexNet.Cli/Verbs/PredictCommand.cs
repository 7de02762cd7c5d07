using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Inference;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet predict IMAGE|FOLDER...</c></summary>
internal static class PredictCommand
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Argument<string[]> Images = Values.NotEmpty(new Argument<string[]>("IMAGE|FOLDER") { Description = "Pictures, or folders of pictures", Arity = ArgumentArity.OneOrMore });
    private static readonly ModelOptions Model = new();
    private static readonly Option<int> TopK = Values.Whole("--topk", "Classes a picture, most probable first", 1);
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object a picture on standard output, in order: {\"image\", \"checkpoint\", \"predictions\": [{\"index\", \"class\", \"probability\"}]} (and \"meaning\" where the data set explains its classes) or {\"image\", \"checkpoint\", \"error\"}" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("predict", "Say what pictures show.") { Images, TopK, Json };
        Model.AddTo(command);
        HelpWithExamples.Add(command,
            "predict photo.jpg",
            "predict photos/ more/ --topk 3 --checkpoint runs/cosine/best_model.pth",
            "predict photos/ --json > predictions.jsonl",
            "predict photo.jpg --model resnet18 --pretrained imagenet --topk 5",
            "predict photo.jpg --checkpoint resnet18.pth --model resnet18 --preprocessing imagenet --image-size 224 --class-map names.txt");
        command.SetAction(result => Run(result, terminal));
        return command;
    }

    private static int Run(ParseResult result, Terminal terminal)
    {
        var topK = result.GetValue(TopK);
        if (topK < 1)
        {
            terminal.Error($"--topk is {topK}, expected 1 or more\nSee: justalexnet predict --help");
            return ExitCode.Usage;
        }
        var json = result.GetValue(Json);
        terminal.IsTerse = json;
        var notes = new List<string>();
        var images = PictureList.Of(result.GetValue(Images)!, notes);
        using var model = Model.Open(result, terminal, out var fault);
        if (model is null)
        {
            terminal.Error($"{fault}\nSee: justalexnet predict --help");
            return ExitCode.Usage;
        }
        foreach (var note in notes) terminal.Note(note);
        using var stop = new StopSignal();
        var failed = 0;
        var lines = new PredictionLines(images, ClassLabels.Of(model), topK, terminal.Out);
        foreach (var prediction in Predictor.Predict(model, images, topK, stop.Token))
        {
            if (prediction.Error is not null) failed++;
            if (json) WriteJson(prediction, model, terminal);
            else if (prediction.Error is { } error) terminal.Error(error);
            else lines.Write(prediction);
        }
        if (stop.Token.IsCancellationRequested) return stop.ExitCode;
        if (failed > 0 && images.Count > 1) terminal.Warn($"{failed} of {images.Count} pictures could not be read");
        return failed > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static void WriteJson(Prediction prediction, SavedModel model, Terminal terminal)
    {
        object line = prediction.Error is { } error
            ? new { image = prediction.Image, checkpoint = model.Path, error }
            : new { image = prediction.Image, checkpoint = model.Path, predictions = prediction.Predictions.Select(p => Fields(p, model)) };
        terminal.Out.WriteLine(JsonSerializer.Serialize(line, Readable));
    }

    private static Dictionary<string, object> Fields(ClassProbability prediction, SavedModel model)
    {
        var fields = new Dictionary<string, object> { ["index"] = prediction.Index, ["class"] = prediction.Class, ["probability"] = prediction.Probability };
        if (model.DisplayNames.TryGetValue(prediction.Class, out var meaning)) fields["meaning"] = meaning;
        return fields;
    }
}
