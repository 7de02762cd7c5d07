using JustAlexNet.Inference;

namespace JustAlexNet.Transfer;

/// <summary>What cross-validation found for one strength of regularisation.</summary>
/// <param name="C">The inverse strength.</param>
/// <param name="Top1">Share of held-out pictures recognised.</param>
/// <param name="Loss">Their mean cross-entropy; those of a class that the fit had never seen are left out of it.</param>
public sealed record StrengthTrial(double C, double Top1, double Loss);

/// <summary>Logistic regression whose strength of regularisation is chosen by stratified cross-validation on the features.</summary>
internal static class LogisticHead
{
    /// <summary>Strengths tried, each about three times the one before.</summary>
    internal static readonly double[] Grid = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10];

    /// <summary>Taken where there is nothing to choose by: no class has two pictures.</summary>
    internal const double Standard = 0.01;

    private const double TrialTolerance = 1e-3, FinalTolerance = 1e-7;
    private const int MaxWorse = 2;        // losses have one valley: two rises behind it are enough

    /// <summary>Chooses C and fits all pictures with it.</summary>
    public static (LinearHead Head, double C, IReadOnlyList<StrengthTrial> Trials) Train(FeatureTable pictures, int classes, int folds, bool balanced, long seed, CancellationToken stop)
    {
        var (c, trials) = Choose(pictures, classes, folds, balanced, seed, stop);
        return (Fit(pictures, classes, c, balanced, stop), c, trials);
    }

    /// <summary>Chooses C and fits nothing with it.</summary>
    public static (double C, IReadOnlyList<StrengthTrial> Trials) Choose(FeatureTable pictures, int classes, int folds, bool balanced, long seed, CancellationToken stop)
    {
        var trials = Try(pictures, classes, folds, balanced, seed, stop);
        return (trials.Count == 0 ? Standard : trials.OrderByDescending(trial => trial.Top1).ThenBy(trial => trial.Loss).First().C, trials);
    }

    /// <summary>Fits all pictures with a given C, from strong regularisation to weak, which is quicker than at once.</summary>
    public static LinearHead Fit(FeatureTable pictures, int classes, double c, bool balanced, CancellationToken stop = default)
    {
        using var fit = new LogisticFit(pictures, classes, balanced);
        foreach (var stronger in Grid.Where(value => value < c)) fit.Solve(stronger, TrialTolerance, stop);
        return fit.Solve(c, FinalTolerance, stop);
    }

    private static List<StrengthTrial> Try(FeatureTable pictures, int classes, int folds, bool balanced, long seed, CancellationToken stop)
    {
        var assigned = StratifiedFolds.Assign(pictures.Labels, Math.Clamp(folds, 2, Math.Max(2, pictures.Count)), seed);
        var fits = new List<(LogisticFit Fit, FeatureTable Held, HashSet<int> Known)>();
        try
        {
            foreach (var fold in assigned.Distinct().Order())
            {
                var (inside, outside) = StratifiedFolds.Divide(assigned, fold);
                if (inside.Length == 0) continue;
                var learnt = pictures.Take(inside);
                fits.Add((new LogisticFit(learnt, classes, balanced), pictures.Take(outside), [.. learnt.Labels]));
            }
            return Try(fits, stop);
        }
        finally
        {
            foreach (var (fit, _, _) in fits) fit.Dispose();
        }
    }

    private static List<StrengthTrial> Try(List<(LogisticFit Fit, FeatureTable Held, HashSet<int> Known)> fits, CancellationToken stop)
    {
        var trials = new List<StrengthTrial>();
        if (!fits.Any(fold => fold.Held.Labels.Any(fold.Known.Contains))) return trials;
        var worse = 0;
        foreach (var c in Grid)
        {
            var (hits, seen, measured, loss) = (0, 0, 0, 0.0);
            foreach (var (fit, held, known) in fits)
            {
                var head = fit.Solve(c, TrialTolerance, stop);
                var (features, row) = (new double[held.Width], new double[head.Classes]);
                for (var i = 0; i < held.Count; i++)
                {
                    held.Read(i, view: 0, features);
                    head.Apply(features, row);
                    seen++;
                    if (Ranking.Best<double>(row) == held.Labels[i]) hits++;
                    if (!known.Contains(held.Labels[i])) continue;
                    measured++;
                    loss += Softmax.Loss<double>(row, held.Labels[i]);
                }
            }
            trials.Add(new StrengthTrial(c, (double)hits / seen, loss / measured));
            worse = trials[^1].Loss > trials.Min(trial => trial.Loss) ? worse + 1 : 0;
            if (worse == MaxWorse) break;
        }
        return trials;
    }
}
