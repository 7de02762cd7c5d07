using System.Globalization;
using System.Text;
using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Which pictures of a folder a model is measured on.</summary>
public enum EvaluationSplit
{
    /// <summary>The test part, else the validation part, else the validation part that the checkpoint records, else every picture where it records none of them.</summary>
    Auto,

    /// <summary>The training part.</summary>
    Train,

    /// <summary>The validation part of the folder, else the one that the checkpoint records.</summary>
    Val,

    /// <summary>The test part.</summary>
    Test,

    /// <summary>Every picture.</summary>
    All,
}

/// <summary>The whole of <c>justalexnet evaluate</c> without the command.</summary>
/// <remarks>Not thread-safe. The model stays the caller's.</remarks>
public sealed class EvaluationRun
{
    private readonly SavedModel model;

    private EvaluationRun(SavedModel model, string what, IReadOnlyList<Sample> samples, ImageFolder folder)
    {
        (this.model, What, Samples) = (model, what, samples);
        TrainedOn = model.Data?.TrainingAmong(samples, model.Classes).Count ?? 0;
        Notes = [.. folder.Notes, .. folder.UnknownFiles.Select(files => files.Note)];
    }

    /// <summary>What is measured, for people: <c>the test part</c>.</summary>
    public string What { get; }

    /// <summary>The pictures, labelled by the model's classes.</summary>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>How many of them have class, name and size of a picture that the model was trained on: above 0 the figures flatter.</summary>
    public int TrainedOn { get; }

    /// <summary>Files left out, a line each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Pictures left out because they could not be read; filled by <see cref="Run"/>.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; private set; } = [];

    /// <summary>Classes that lost every picture so, a sentence each: their row in the report says nothing about them. Filled by <see cref="Run"/>.</summary>
    public IReadOnlyList<string> Unmeasured { get; private set; } = [];

    /// <summary>Finds the pictures. Classes are matched by name; the folder may lack some of the model's, but must not have others.</summary>
    /// <param name="model">Stays the caller's.</param>
    /// <param name="data">The folder.</param>
    /// <param name="split">Which of its pictures.</param>
    /// <param name="exclude">Pictures that are left out; null: none.</param>
    /// <exception cref="DataException">The folder is not as it must be, or lacks a picture that is to be left out.</exception>
    /// <exception cref="PredictionException">There is no such part.</exception>
    public static EvaluationRun Open(SavedModel model, string data, EvaluationSplit split = EvaluationSplit.Auto, ExcludeList? exclude = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        RequireNames(model, data);
        var folder = ImageFolder.Open(data, new FolderOptions { Classes = model.Classes, Exclude = exclude });
        var hasValidation = folder.ValidationOrigin is ValidationFolder;
        List<Sample> all = [.. folder.Training, .. folder.Validation, .. folder.Test ?? []];
        switch (split)
        {
            case EvaluationSplit.All: return Of("all pictures", all);
            case EvaluationSplit.Test or EvaluationSplit.Auto when folder.Test is { Count: > 0 } test: return Of("the test part", test);
            case EvaluationSplit.Test: throw new PredictionException($"{data} has no test part (a folder test/ with class folders).\nPass `split` val, train or all.");
            case EvaluationSplit.Val or EvaluationSplit.Auto when hasValidation: return Of("the validation part", folder.Validation);
        }
        if (split == EvaluationSplit.Auto && model.Data is null) return Of($"all pictures ({Path.GetFileName(model.Path)} does not record what it was trained on)", all);
        if (split == EvaluationSplit.Auto && model.Data is { } known && known.TrainingAmong(all, model.Classes).Count == 0)
        {
            if (known.ValidationAmong(all, model.Classes).Count == 0) return Of("all pictures, none of which the checkpoint records", all);
            if (!known.ValidationWasSplitOff) return Of("all pictures, none of which the checkpoint was trained on", all);
        }
        if (model.Data is { ValidationWasSplitOff: true } record && !hasValidation)
        {
            if (split == EvaluationSplit.Train) return Of("the training part that the checkpoint records", Known(record.TrainingAmong(all, model.Classes)));
            return Of("the validation part that the checkpoint records", Known(record.ValidationAmong(all, model.Classes)));
        }
        if (split == EvaluationSplit.Train && hasValidation) return Of("the training part", folder.Training);
        throw new PredictionException($"{data} has no {(split == EvaluationSplit.Train ? "training part of its own" : "test or validation part, and the checkpoint records none")}.\nPass `split` all to measure on every picture.");

        EvaluationRun Of(string what, IReadOnlyList<Sample> samples) => new(model, what, samples, folder);

        IReadOnlyList<Sample> Known(IReadOnlyList<Sample> found) => found.Count > 0 ? found
            : throw new PredictionException($"{data} holds none of the pictures that {model.Path} records (by class, file name and size).\nPass `split` all to measure on every picture.");
    }

    /// <summary>Measures.</summary>
    /// <param name="options">Batch size, workers and what happens to bad pictures; null for the defaults.</param>
    /// <param name="predictions">Receives a CSV line a picture: image, true class, predicted class, its probability. Null for none.</param>
    /// <param name="progress">Told the number of pictures done, after every batch.</param>
    /// <param name="stop">Ends between batches.</param>
    /// <exception cref="DataException">A picture cannot be read and may not be left out, or none can be read.</exception>
    /// <exception cref="NotFiniteOutputException">A logit is infinite or not a number.</exception>
    public ClassificationReport Run(LoaderOptions? options = null, TextWriter? predictions = null, Action<int>? progress = null, CancellationToken stop = default)
    {
        options ??= new LoaderOptions();
        var unmeasured = new List<string>();
        var bad = new BadImageLog(options.BadImages, Samples.Count) { Parts = [new(Samples, model.Classes, found => unmeasured.Add($"{found.Said("")}: {LostClass.IsUnmeasured}"))] };
        var reader = new PictureReader(Samples, new EvaluationPreparation(model.Preprocessing), options);
        predictions?.Write("image,true,predicted,probability\n");
        var done = 0;
        try
        {
            return InferenceLoop.Measure(model.Engine, reader.Read(model.Engine, bad), Samples, model.Classes, model.Preprocessing, Told, stop);
        }
        finally
        {
            (Skipped, Unmeasured) = (bad.Skipped, unmeasured);
        }

        void Told(PixelBatch batch, EngineOutput output)
        {
            var classes = model.Classes.Count;
            for (var i = 0; predictions is not null && i < batch.Count; i++) predictions.Write(Line(output.Logits.Slice(i * classes, classes), Samples[batch.Indices[i]]));
            progress?.Invoke(done += batch.Count);
        }
    }

    // Without names there is nothing to match by; that is worth another sentence than a list of folders that are unknown.
    private static void RequireNames(SavedModel model, string data)
    {
        if (model.Classes.AreKnown || !Directory.Exists(data)) return;
        var folders = FolderParts.Find(data).All.SelectMany(part => part.Classes).Select(found => found.Name).Distinct().Order(CodePointOrder.Instance).ToList();
        if (folders.All(model.Classes.Contains)) return;
        throw new PredictionException($"{model.Path} does not name its {model.Classes.Count} classes; {data} has {Counted.Of(folders.Count, "class folder")}: {FolderFaults.Listed(folders)}.\n" + (folders.Count == model.Classes.Count
            ? "Pass `class_map` FILE: these names in the order of the network's outputs, one a line (PyTorch's ImageFolder trains in alphabetical order, as they stand here)."
            : $"Pass `class_map` FILE: the names of all {model.Classes.Count} in the order of the network's outputs, one a line."));
    }

    private string Line(ReadOnlySpan<float> logits, Sample sample)
    {
        var probabilities = Softmax.Of(logits);
        var best = Ranking.Best<double>(probabilities);
        return new StringBuilder()
            .Append(Csv.Field(sample.Path)).Append(',').Append(Csv.Field(model.Classes[sample.Label])).Append(',').Append(Csv.Field(model.Classes[best])).Append(',')
            .Append(probabilities[best].ToString("R", CultureInfo.InvariantCulture)).Append('\n').ToString();
    }
}
