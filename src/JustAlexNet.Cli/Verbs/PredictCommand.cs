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
    private static readonly NumberOrWord<double> Threshold = Values.RealOr("none", "--threshold", "Probability below which the answer is \"unknown\", 0 to 1");
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object a picture, in order: {\"image\", \"checkpoint\", \"precision\", \"predictions\": [{\"index\", \"class\", \"probability\"}]} (\"meaning\" where the data set explains its classes; \"threshold\" and \"answer\" with --threshold) or {\"image\", \"checkpoint\", \"error\"}" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("predict", "Say what pictures show.") { Images, TopK, Threshold, Json };
        PredictionFiles.AddTo(command);
        Model.AddTo(command);
        HelpWithExamples.Add(command,
            "predict photo.jpg",
            "predict photos/ more/ --topk 3 --checkpoint runs/cosine/best_model.pth",
            "predict photos/ --json --output predictions.jsonl",
            "predict photos/ --csv answers.csv --threshold 0.8",
            "predict photos/ --embeddings features.npy                    # and features.csv",
            "predict photo.jpg --model resnet18 --pretrained imagenet --topk 5",
            "predict photo.jpg --checkpoint resnet18.pth --model resnet18 --preprocessing imagenet --image-size 224 --class-map names.txt");
        command.SetAction(result => Run(result, terminal));
        return command;
    }

    private static int Run(ParseResult result, Terminal terminal)
    {
        var options = new PredictorOptions { TopK = result.GetValue(TopK), Threshold = Threshold.Of(result), Features = PredictionFiles.WantsFeatures(result) };
        var fault = options.TopK < 1 ? $"--topk is {options.TopK}, expected 1 or more"
            : options.Threshold is { } least && least is not (>= 0 and <= 1) ? FormattableString.Invariant($"--threshold is {least}, expected 0 to 1")
            : PredictionFiles.Fault(result);
        terminal.IsTerse = result.GetValue(Json);
        var notes = new List<string>();
        var images = fault is null ? PictureList.Of(result.GetValue(Images)!, notes) : [];
        using var model = fault is null ? Model.Open(result, terminal, out fault) : null;
        if (model is null) return LineFaults.Refuse(result, terminal, fault!);
        Model.RequireMemory(model, images.Count, Predictor.BatchSizeOf(model.Preprocessing.Side), result, terminal, offersBatchSize: false);
        if (PredictionFiles.Overlap(result, images, model.Path) is { } overlap) throw new PredictionException(overlap);
        foreach (var note in notes) terminal.Note(note);
        using var stop = new StopSignal();
        try
        {
            return Run(new Predictor(model), images, options, result, terminal, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return stop.ExitCode;
        }
    }

    private static int Run(Predictor predictor, IReadOnlyList<string> images, PredictorOptions options, ParseResult result, Terminal terminal, CancellationToken stop)
    {
        var classes = predictor.Model.Classes;
        var predictions = predictor.Predict(images, options, stop);
        using var files = PredictionFiles.Begin(result, predictor.Model);
        var output = files.Results ?? terminal.Out;
        var lines = new PredictionLines(images, classes.Labels, options.TopK, options.Threshold, output);
        var (json, failed) = (result.GetValue(Json), 0);
        foreach (var prediction in predictions)
        {
            if (prediction.Error is not null) failed++;
            files.Add(prediction, () =>
            {
                if (json) output.WriteLine(JsonSerializer.Serialize(Fields(prediction, predictor.Model), Readable));
                else if (prediction.Error is { } error) terminal.Error(error);
                else lines.Write(prediction);
            });
        }
        files.Commit();
        if (predictor.Model.Engine.Note is { } note) terminal.Note(note);
        if (failed > 0 && images.Count > 1) terminal.Warn($"{failed} of {images.Count} pictures could not be read");
        return failed > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static Dictionary<string, object> Fields(Prediction prediction, SavedModel model)
    {
        var fields = new Dictionary<string, object> { ["image"] = prediction.Image, ["checkpoint"] = model.Path };
        if (prediction.Error is { } error)
        {
            fields["error"] = SettingOptions.In(error);
            return fields;
        }
        fields["precision"] = model.Precision;
        fields["predictions"] = prediction.Predictions.Select(p => Fields(p, model.Classes));
        if (prediction.Threshold is not { } threshold) return fields;
        (fields["threshold"], fields["answer"]) = (threshold, prediction.Answer!);
        return fields;
    }

    private static Dictionary<string, object> Fields(ClassProbability prediction, ClassNames classes)
    {
        var fields = new Dictionary<string, object> { ["index"] = prediction.Index, ["class"] = prediction.Class, ["probability"] = prediction.Probability };
        if (classes.Meanings.TryGetValue(prediction.Class, out var meaning)) fields["meaning"] = meaning;
        return fields;
    }
}
