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

    /// <summary>Writes.</summary>
    /// <param name="target">What the file will be called.</param>
    /// <param name="progress">Told what is done, how much of it, of how much.</param>
    /// <param name="stop">Ends between batches.</param>
    /// <returns>The file, what is to be known of it, and how it compares with libtorch.</returns>
    /// <exception cref="ExportException">It does not answer as the network does.</exception>
    public Written Write(string target, Action<string, int, int>? progress, CancellationToken stop)
    {
        var histograms = Observe(target, progress, stop);
        List<Attempt> attempts = [];
        try
        {
            foreach (var method in Enum.GetValues<CalibrationMethod>()) attempts.Add(Try(method, histograms, target));
            Measure(attempts, progress, stop);
        }
        finally
        {
            foreach (var attempt in attempts) attempt.Engine.Dispose();
        }
        var exact = attempts[0].Measured.ExpectedTop1;
        var found = attempts.Select(attempt => new Int8Candidate(attempt.Method, data.IsLabelled ? attempt.Measured.Top1 : null, attempt.Measured.Agreement, attempt.Measured.MeanDifference)).ToList();
        var best = found.OrderByDescending(candidate => candidate.Top1 ?? 0).ThenByDescending(candidate => candidate.Agreement).ThenBy(candidate => candidate.MeanDifference).First();
        var chosen = attempts.First(attempt => attempt.Method == best.Method);
        var report = new Int8Report(best.Method, data.Folder, data.Calibrating.Count, chosen.Measured.Count, data.IsLabelled ? exact : null, found, bits, OnnxNetwork.OptimisedOperators(chosen.File, target));
        if (best.Agreement < LeastAgreement)
            throw new ExportException(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{target} was not written: in int8 only {best.Agreement:0.0 %} of {Counted.Of(report.MeasuredOn, "picture")} of {data.Folder} get the answer that they get in fp32 (limit {LeastAgreement:0 %}).\nCalibrate with pictures such as the network was trained on, or export it in fp32."));
        return new(chosen.File, chosen.Measured.Result($"{Counted.Of(report.MeasuredOn, "picture")} of {data.Folder}"), report);
    }

    private Dictionary<string, ValueHistogram> Observe(string target, Action<string, int, int>? progress, CancellationToken stop)
    {
        var graph = new OnnxGraph();
        var form = new FloatForm(graph);
        NetworkWriter.Write(folded, model.Preprocessing, embeds: false, graph, form);
        // The first is the picture itself, whose range is known.
        List<(string Name, string Group)> seen = [.. form.Values.Skip(1).DistinctBy(value => value.Name)];
        foreach (var (name, _) in seen) graph.OutputAsItComes(name);
        using var network = OnnxNetwork.Open(graph.ToArray(new Dictionary<string, string>(), ""), target, NetworkWriter.Logits);
        var histograms = seen.Select(value => value.Group).Distinct().ToDictionary(group => group, _ => new ValueHistogram());
        string[] names = [.. seen.Select(value => value.Name)];
        var done = 0;
        CheckPictures.Read(data.Calibrating, model.Engine, model.Preprocessing, batch =>
        {
            for (var i = 0; i < batch.Count; i++)       // one by one: every value of the network is kept at once
            {
                network.Observe(batch.Buffer.Picture(i), model.Preprocessing, names, (at, values) => histograms[seen[at].Group].Add(values));
                progress?.Invoke("finding the ranges of values: picture", ++done, data.Calibrating.Count);
            }
        }, stop);
        return histograms;
    }

    private Attempt Try(CalibrationMethod method, Dictionary<string, ValueHistogram> histograms, string target)
    {
        var ranges = histograms.ToDictionary(entry => entry.Key, entry => entry.Value.Range(method));
        ranges[new ValueGroups(folded).Of(folded.Nodes[0])] = PictureRange(model.Preprocessing);
        var graph = new OnnxGraph();
        var file = compose(graph, new Int8Form(graph, ranges, bits), new Int8Plan(method, data, bits));
        var engine = new OnnxEngine(OnnxNetwork.Open(file, target, NetworkWriter.Logits));
        return new(method, file, engine, new ComparedEngines(engine, model.Preprocessing));
    }

    private void Measure(List<Attempt> attempts, Action<string, int, int>? progress, CancellationToken stop)
    {
        var done = 0;
        CheckPictures.Read(data.HeldOut, model.Engine, model.Preprocessing, batch =>
        {
            int[] labels = [.. batch.Indices.Select(i => data.HeldOut[i].Label)];
            using var expected = model.Engine.Run(batch.Buffer, batch.Count, model.Preprocessing, features: true);
            foreach (var attempt in attempts) attempt.Measured.Add(expected, batch.Buffer, batch.Count, labels);
            progress?.Invoke("measuring three int8 forms: picture", done += batch.Count, data.HeldOut.Count);
        }, stop);
    }

    private static ValueRange PictureRange(Preprocessing preprocessing)
    {
        var (mean, deviation) = (preprocessing.Mean.ToArray(), preprocessing.Deviation.ToArray());
        return new((float)mean.Zip(deviation, (m, d) => -m / d).Append(0).Min(), (float)mean.Zip(deviation, (m, d) => (1 - m) / d).Append(0).Max());
    }

    private sealed record Attempt(CalibrationMethod Method, byte[] File, OnnxEngine Engine, ComparedEngines Measured);
}

/// <summary>How an int8 file is made, for its metadata.</summary>
internal sealed record Int8Plan(CalibrationMethod Method, CalibrationData Data, int Bits);
