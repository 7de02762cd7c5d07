using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Transfer;

/// <summary>Judges labels out of fold: a logistic head on the network's features, fitted without the fold that a picture is in, says what it thinks of it.</summary>
/// <remarks>
/// So the network need not know the classes: pretrained weights do. Pictures that are the same stay in one fold, or a twin's label would be the answer; classes of one picture are not judged. C is chosen by
/// cross-validation, as <c>transfer</c> does. Source: C. Northcutt, L. Jiang, I. Chuang, Confident Learning, arXiv 1911.00068, 3.1 (out-of-sample probabilities) and 3.3.
/// </remarks>
/// <param name="folds">2 or more.</param>
/// <param name="seed">Decides which picture is in which fold.</param>
public sealed class CrossValidatedLabels(int folds, long seed = 0) : LabelJudge
{
    private readonly int folds = folds >= 2 ? folds : throw new ArgumentOutOfRangeException(nameof(folds));

    /// <inheritdoc/>
    internal override IReadOnlyList<DoubtfulLabel> Judge(SavedModel model, IReadOnlyList<CheckedPicture> pictures, string folder, Action<DataCheckStage, int, int> progress, CancellationToken stop)
    {
        if (model.Engine.Features is null) throw new DataException($"{model.Path} gives no features, on which `folds` fits heads.\nName a checkpoint or weights (.pth), or an .onnx file of justalexnet export.", model.Path);
        List<CheckedPicture> asked = [.. pictures.Where(picture => picture.Facts.Fault is null).GroupBy(picture => picture.Class).Where(found => found.Count() > 1).SelectMany(found => found)];
        List<string> classes = [.. asked.Select(picture => picture.Class).Distinct().Order(CodePointOrder.Instance)];
        if (classes.Count < 2) throw new DataException($"{folder} has {Counted.Of(classes.Count, "class")} of two photos or more that can be read: `folds` needs two classes.\nAdd photos, or leave `folds` out.", folder);
        var labels = classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        var table = Features(model, [.. asked.Select(picture => new Sample(picture.File, labels[picture.Class]))], progress, stop);
        var assigned = Folds(asked, table.Labels);
        var (c, _) = LogisticHead.Choose(table, classes.Count, folds, balanced: false, seed, stop);
        var seen = Seen(model, asked);
        var (doubts, done, parts) = (new List<DoubtfulLabel>(), 0, assigned.Distinct().Order().ToList());
        foreach (var fold in parts)
        {
            progress(DataCheckStage.Fitting, done++, parts.Count);
            var (inside, outside) = StratifiedFolds.Divide(assigned, fold);
            if (inside.Length == 0) continue;
            var held = table.Take(outside);
            var logits = LogisticHead.Fit(table.Take(inside), classes.Count, c, balanced: false, stop).Logits(held);
            for (var i = 0; i < outside.Length; i++)
            {
                var (picture, label) = (asked[outside[i]], held.Labels[i]);
                var probabilities = logits.AsSpan(i * classes.Count, classes.Count);
                Softmax.Apply(probabilities);
                if (Ranking.Best<double>(probabilities) is var likely && likely != label) doubts.Add(new(picture.Path, picture.Class, probabilities[label], classes[likely], probabilities[likely], seen(picture)));
            }
        }
        progress(DataCheckStage.Fitting, parts.Count, parts.Count);
        return Ordered(doubts);
    }

    private static FeatureTable Features(SavedModel model, IReadOnlyList<Sample> samples, Action<DataCheckStage, int, int> progress, CancellationToken stop)
    {
        var width = model.Engine.Features!.Value;
        var (rows, done, options) = (new float[samples.Count][], 0, new LoaderOptions());
        var reader = new PictureReader(samples, new EvaluationPreparation(model.Preprocessing), options);
        foreach (var (batch, output) in InferenceLoop.Run(model.Engine, reader.Read(model.Engine, new BadImageLog(options.BadImages, samples.Count)), model.Preprocessing, features: true, stop))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var row = output!.Features.Slice(i * width, width);
                foreach (var value in row)
                    if (!float.IsFinite(value)) throw new DataException($"{model.Path} gives features that are no numbers, of {PrintableText.Of(samples[batch.Indices[i]].Path)} first.\nName another checkpoint.", model.Path);
                rows[batch.Indices[i]] = row.ToArray();
            }
            progress(DataCheckStage.Doubting, done += batch.Count, samples.Count);
        }
        return new([.. samples.Select(sample => sample.Label)], views: 1, width, rows);
    }

    private int[] Folds(List<CheckedPicture> asked, IReadOnlyList<int> labels)
    {
        var assigned = StratifiedFolds.Assign(labels, folds, seed);
        var place = asked.Index().ToDictionary(entry => entry.Item.Path, entry => entry.Index);
        foreach (var same in DuplicateSearch.In(asked))
            foreach (var path in same.Paths) assigned[place[path]] = assigned[place[same.Paths[0]]];
        return assigned;
    }

    // Of the network, not of the heads: what it was trained on it may know by heart.
    private static Func<CheckedPicture, SeenInTraining> Seen(SavedModel model, List<CheckedPicture> asked)
    {
        var known = new ClassLookup(model.Classes);
        List<Sample> samples = [.. asked.Where(picture => known.Find(picture.Class) is not null).Select(picture => new Sample(picture.File, known.Find(picture.Class)!.Value))];
        if (samples.Count == 0) return _ => SeenInTraining.HeldOut;     // it never heard of these classes
        if (model.Data is null) return _ => SeenInTraining.Unknown;
        var trained = model.Data.TrainingAmong(samples, model.Classes).Select(sample => sample.Path).ToHashSet();
        return picture => trained.Contains(picture.File) ? SeenInTraining.Trained : SeenInTraining.HeldOut;
    }
}
