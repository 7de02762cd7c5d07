using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>Whether a network has learned from the picture that it judges: of such a picture it believes what it was told.</summary>
public enum SeenInTraining
{
    /// <summary>The checkpoint does not record what it was trained on.</summary>
    Unknown,

    /// <summary>It has not: the judgement is out of fold.</summary>
    HeldOut,

    /// <summary>It has: only a gross error shows.</summary>
    Trained,
}

/// <summary>A picture whose label a network doubts.</summary>
/// <param name="Path">Relative to the data set's folder.</param>
/// <param name="Class">The label: its class folder's name.</param>
/// <param name="Probability">That of the label, 0 to 1.</param>
/// <param name="Likely">The class that the network thinks most probable.</param>
/// <param name="LikelyProbability">Its probability.</param>
/// <param name="Seen">Whether the network has learned from it.</param>
public sealed record DoubtfulLabel(string Path, string Class, double Probability, string Likely, double LikelyProbability, SeenInTraining Seen);

/// <summary>Asks a network what it thinks of the labels: doubtful are those that it does not think most probable.</summary>
/// <remarks>Ranked by the probability of the given label ("self-confidence"). Source: C. Northcutt, L. Jiang, I. Chuang, Confident Learning, arXiv 1911.00068, 3.3; without its thresholds a class.</remarks>
internal sealed class LabelDoubts : LabelJudge
{
    /// <inheritdoc/>
    internal override IReadOnlyList<DoubtfulLabel> Judge(SavedModel model, IReadOnlyList<CheckedPicture> pictures, string folder, Action<DataCheckStage, int, int> progress, CancellationToken stop)
    {
        var known = new ClassLookup(model.Classes);
        var asked = pictures.Where(picture => picture.Facts.Fault is null && known.Find(picture.Class) is not null).ToList();
        if (asked.Count == 0)
            throw new DataException($"{model.Path} knows none of the classes of {folder}, or no picture of them can be read\n  It knows {FolderFaults.Listed(model.Classes)}. Name the checkpoint of a network trained on these classes, or have its features judge them with `folds` 5.", folder);
        List<Sample> samples = [.. asked.Select(picture => new Sample(picture.File, known.Find(picture.Class)!.Value))];
        var trained = model.Data?.TrainingAmong(samples, model.Classes).ToHashSet();
        var options = new LoaderOptions();
        var reader = new PictureReader(samples, new EvaluationPreparation(model.Preprocessing), options);
        var doubts = new List<DoubtfulLabel>();
        var done = 0;
        InferenceLoop.Measure(model.Engine, reader.Read(model.Engine, new BadImageLog(options.BadImages, samples.Count)), samples, model.Classes, model.Preprocessing, (batch, output) =>
        {
            for (var i = 0; i < batch.Count; i++) JudgeOne(batch.Indices[i], Softmax.Of(output.Logits.Slice(i * model.Classes.Count, model.Classes.Count)));
            progress(DataCheckStage.Doubting, done += batch.Count, samples.Count);
        }, stop);
        return Ordered(doubts);

        void JudgeOne(int place, double[] probabilities)
        {
            var (label, likely) = (samples[place].Label, Ranking.Best<double>(probabilities));
            if (likely == label) return;
            var seen = trained is null ? SeenInTraining.Unknown : trained.Contains(samples[place]) ? SeenInTraining.Trained : SeenInTraining.HeldOut;
            doubts.Add(new(asked[place].Path, asked[place].Class, probabilities[label], model.Classes[likely], probabilities[likely], seen));
        }
    }
}
