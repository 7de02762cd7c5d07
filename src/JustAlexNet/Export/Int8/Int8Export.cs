using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models.Folding;
using JustAlexNet.Onnx;

namespace JustAlexNet.Export;

/// <summary>Finds the ranges of a network's values on real pictures and writes it in int8, by the method that costs least on others.</summary>
/// <param name="model">The network in libtorch, the measure. Stays the caller's.</param>
/// <param name="folded">The same network. Stays the caller's.</param>
/// <param name="data">Pictures.</param>
/// <param name="bits">Of a weight.</param>
/// <param name="compose">Writes a file in a form; whether it embeds the preprocessing is the caller's affair.</param>
internal sealed class Int8Export(SavedModel model, FoldedGraph folded, CalibrationData data, int bits, Func<OnnxGraph, NumberForm, Int8Plan, byte[]> compose)
{
    /// <summary>Below this share of answers as in fp32 something is wrong, and nothing is written.</summary>
    public const double LeastAgreement = 0.5;

    private const int PicturesToRankBy = 16;
    private const double Chance = 2.5;      // so few right answers more or fewer are chance

    private readonly List<SkippedImage> leftOut = [];
    private readonly ValueGroups groups = new(folded);
    private CalibrationData data = data;

    /// <summary>Writes.</summary>
    /// <param name="target">What the file will be called.</param>
    /// <param name="progress">Told what is done, how much of it, of how much.</param>
    /// <param name="stop">Ends between batches.</param>
    /// <returns>The file, what is to be known of it, and how it compares with libtorch.</returns>
    /// <exception cref="ExportException">It does not answer as the network does.</exception>
    public Written Write(string target, Action<string, int, int>? progress, CancellationToken stop)
    {
        var histograms = Observe(target, progress, stop);
        var attempts = Measured([.. Enum.GetValues<CalibrationMethod>()], _ => new HashSet<string>());
        var best = attempts.Where(attempt => attempts.All(other => (other.Candidate.Top1 - attempt.Candidate.Top1 ?? 0) * attempt.Measured.Count < Chance)).MinBy(attempt => attempt.Candidate.MeanDifference)!;
        var candidates = attempts.ConvertAll(attempt => attempt.Candidate);
        var chosen = CostsTooMuch(best) ? KeepingFloat(best) : best;
        var report = new Int8Report(best.Candidate.Method, data.Folder, data.Calibrating.Count, chosen.Measured.Count, data.IsLabelled ? chosen.Measured.ExpectedTop1 : null, candidates, bits, OnnxNetwork.OptimisedOperators(chosen.File, target))
        {
            Layers = chosen.Layers, FloatLayers = chosen.FloatLayers, Final = chosen.Candidate,
        };
        if (chosen.Candidate.Agreement < LeastAgreement)
            throw new ExportException(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{target} was not written: in int8 only {chosen.Candidate.Agreement:0.0 %} of {Counted.Of(report.MeasuredOn, "picture")} of {data.Folder} get the answer that they get in fp32 (limit {LeastAgreement:0 %}).\nCalibrate with pictures such as the network was trained on, or export it in fp32."));
        return new(chosen.File, chosen.Measured.Result($"{Counted.Of(report.MeasuredOn, "picture")} of {data.Folder}"), leftOut, report);

        List<Attempt> Measured(CalibrationMethod[] methods, Func<CalibrationMethod, IReadOnlySet<string>> exact)
        {
            List<Trial> trials = [];
            try
            {
                foreach (var method in methods) trials.Add(Try(method, histograms, exact(method), target));
                Measure(trials, data.HeldOut, data.IsLabelled, (done, of) => progress?.Invoke($"measuring {Counted.Of(trials.Count, "int8 form")}: picture", done, of), stop);
                return trials.ConvertAll(trial => new Attempt(trial, new Int8Candidate(trial.Method, data.IsLabelled ? trial.Measured.Top1 : null, trial.Measured.Agreement, trial.Measured.MeanDifference)));
            }
            finally
            {
                foreach (var trial in trials) trial.Engine.Dispose();
            }
        }

        // The values whose rounding moves the answers most, first one, then two, four ...: until what is lost is within the limit.
        Attempt KeepingFloat(Attempt all)
        {
            var (method, ranked, least) = (all.Candidate.Method, Ranked(all.Candidate.Method, histograms, target, progress, stop), all);
            for (var kept = 1; kept <= ranked.Count / 2 && CostsTooMuch(least); kept *= 2)
            {
                var attempt = Measured([method], _ => ranked.Take(kept).ToHashSet())[0];
                if (attempt.Candidate.Top1 > least.Candidate.Top1) least = attempt;
            }
            return least;
        }
    }

    /// <summary>Share of right answers that int8 may cost before layers are kept in float32.</summary>
    /// <param name="network">Its name.</param>
    public static double MostLoss(string network) => network.StartsWith("resnet", StringComparison.Ordinal) ? 0.002 : 0.005;

    private bool CostsTooMuch(Attempt attempt) =>
        attempt.Candidate.Top1 is { } top1 && attempt.Measured.ExpectedTop1 - top1 is var loss && loss > MostLoss(model.Name) && loss * attempt.Measured.Count > Chance;

    private List<string> Ranked(CalibrationMethod method, Dictionary<string, ValueHistogram> histograms, string target, Action<string, int, int>? progress, CancellationToken stop)
    {
        Sample[] few = [.. CheckPictures.Evenly(data.Calibrating, PicturesToRankBy)];
        var found = new List<(string Group, double Difference)>();
        foreach (var group in histograms.Keys)
        {
            var trial = Try(method, histograms, new HashSet<string> { group }, target);
            using (trial.Engine) Measure([trial], few, isLabelled: false, null, stop);
            found.Add((group, trial.Measured.MeanDifference));
            progress?.Invoke("finding the layers that int8 costs most: value", found.Count, histograms.Count);
        }
        return [.. found.OrderBy(entry => entry.Difference).Select(entry => entry.Group)];
    }

    private Dictionary<string, ValueHistogram> Observe(string target, Action<string, int, int>? progress, CancellationToken stop)
    {
        var graph = new OnnxGraph();
        var form = new FloatForm(graph);
        NetworkWriter.Write(folded, model.Preprocessing, embeds: false, graph, form);
        // The first is the picture itself, whose range is known; the last layer takes what is not rounded.
        List<(string Name, string Group)> seen = [.. form.Values.Skip(1).Where(value => value.Group != Features).DistinctBy(value => value.Name)];
        foreach (var (name, _) in seen) graph.OutputAsItComes(name);
        using var network = OnnxNetwork.Open(graph.ToArray(new Dictionary<string, string>(), ""), target, NetworkWriter.Logits);
        var histograms = seen.Select(value => value.Group).Distinct().ToDictionary(group => group, _ => new ValueHistogram());
        string[] names = [.. seen.Select(value => value.Name)];
        var done = 0;
        Read(data.Calibrating, batch =>
        {
            for (var i = 0; i < batch.Count; i++)       // one by one: every value of the network is kept at once
            {
                network.Observe(batch.Buffer.Picture(i), model.Preprocessing, names, (at, values) => histograms[seen[at].Group].Add(values));
                progress?.Invoke("finding the ranges of values: picture", ++done, data.Calibrating.Count);
            }
        }, stop);
        return histograms;
    }

    private Trial Try(CalibrationMethod method, Dictionary<string, ValueHistogram> histograms, IReadOnlySet<string> exact, string target)
    {
        var ranges = histograms.ToDictionary(entry => entry.Key, entry => entry.Value.Range(method));
        ranges[groups.Of(folded.Nodes[0])] = PictureRange(model.Preprocessing);
        foreach (var sum in folded.Nodes.OfType<ConvolutionNode>())
            if (sum is { Addend: { } addend, IsRectified: true } && groups.BeforeAddition(sum) is var before) ranges[before] = ranges[before].Within(ranges[groups.Of(addend)], ranges[groups.Of(sum)]);
        var graph = new OnnxGraph();
        var form = new Int8Form(graph, ranges, bits, Features, exact);
        var file = compose(graph, form, new Int8Plan(method, data, bits, form));
        var engine = new OnnxEngine(OnnxNetwork.Open(file, target, NetworkWriter.Logits));
        return new(method, file, form, engine, new ComparedEngines(engine, model.Preprocessing));
    }

    private void Measure(List<Trial> trials, IReadOnlyList<Sample> pictures, bool isLabelled, Action<int, int>? progress, CancellationToken stop)
    {
        var done = 0;
        Read(pictures, batch =>
        {
            int[] labels = isLabelled ? [.. batch.Indices.Select(i => pictures[i].Label)] : [];
            using var expected = model.Engine.Run(batch.Buffer, batch.Count, model.Preprocessing, features: true);
            foreach (var trial in trials) trial.Measured.Add(expected, batch.Buffer, batch.Count, labels);
            progress?.Invoke(done += batch.Count, pictures.Count);
        }, stop);
    }

    // What cannot be read is not counted, nor read again.
    private void Read(IReadOnlyList<Sample> pictures, Action<PixelBatch> each, CancellationToken stop)
    {
        var bad = CheckPictures.Read(pictures, model.Engine, model.Preprocessing, each, stop);
        leftOut.AddRange(bad);
        data = data.Without(bad);
    }

    private string Features => groups.Of(folded.Nodes[^1].Inputs[0]);

    private static ValueRange PictureRange(Preprocessing preprocessing)
    {
        var (mean, deviation) = (preprocessing.Mean.ToArray(), preprocessing.Deviation.ToArray());
        return new((float)mean.Zip(deviation, (m, d) => -m / d).Append(0).Min(), (float)mean.Zip(deviation, (m, d) => (1 - m) / d).Append(0).Max());
    }

    private sealed record Trial(CalibrationMethod Method, byte[] File, Int8Form Form, OnnxEngine Engine, ComparedEngines Measured);

    private sealed record Attempt(Trial Trial, Int8Candidate Candidate)
    {
        public byte[] File => Trial.File;

        public ComparedEngines Measured => Trial.Measured;

        public int Layers => Trial.Form.Layers;

        public IReadOnlyList<int> FloatLayers => Trial.Form.FloatLayers;
    }
}

/// <summary>How an int8 file is made, for its metadata.</summary>
internal sealed record Int8Plan(CalibrationMethod Method, CalibrationData Data, int Bits, Int8Form Form);
