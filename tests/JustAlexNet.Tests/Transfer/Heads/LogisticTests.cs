using JustAlexNet.Inference;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Transfer.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class LogisticTests
{
    private const int Rows = 240, Columns = 32, Classes = 4, Learnt = 200;

    [Theory]
    [InlineData(0.01, false), InlineData(0.01, true), InlineData(1, false), InlineData(1, true), InlineData(100, false), InlineData(100, true)]
    public void Coefficients_and_held_out_accuracy_are_those_of_scikit_learn(double c, bool balanced)
    {
        var fit = Reference.Json("logistic.json").GetProperty("fits").EnumerateArray().Single(f => f.GetProperty("C").GetDouble() == c && f.GetProperty("balanced").GetBoolean() == balanced);
        var (features, labels) = Data();
        using var plain = tensor(features[..(Learnt * Columns)]);
        using var shaped = plain.reshape(Learnt, Columns);
        using var objective = new LogisticObjective(shaped.clone(), labels[..Learnt], Classes, balanced) { C = c };
        var point = new double[objective.Count];

        Lbfgs.Minimise(objective, point, tolerance: 1e-9);

        double[] expected = [.. fit.GetProperty("coefficients").EnumerateArray().SelectMany(Reference.Numbers)];
        Same.Within(1e-4, expected, point[..(Classes * Columns)], "coefficients");
        // A constant added to all intercepts changes no probability; scikit-learn's sum to 0.
        var mean = point[(Classes * Columns)..].Average();
        Same.Within(1e-4, Reference.Numbers(fit.GetProperty("intercept")), [.. point[(Classes * Columns)..].Select(b => b - mean)], "intercepts");
        var head = new LinearHead(point[..(Classes * Columns)], point[(Classes * Columns)..]);
        var logits = new double[Classes];
        var hits = Enumerable.Range(Learnt, Rows - Learnt).Count(i =>
        {
            head.Apply(features.AsSpan(i * Columns, Columns), logits);
            return Ranking.Best<double>(logits) == labels[i];
        });
        Assert.Equal(fit.GetProperty("held_out_accuracy").GetDouble(), hits / (double)(Rows - Learnt), 12);
    }

    [Fact]
    public void Head_for_plain_features_gives_what_the_fit_gives_for_standardised_ones()
    {
        var table = Table();
        var scale = Standardisation.Of(table);
        using var applied = scale.Apply(table);
        var standardised = Same.Doubles(applied);
        Assert.Equal(0, Enumerable.Range(0, table.Count).Average(i => standardised[i * Columns + 3]), 10);
        Assert.Equal(1, Enumerable.Range(0, table.Count).Average(i => Math.Pow(standardised[i * Columns + 3], 2)), 10);
        var head = new LinearHead([.. Enumerable.Range(0, Classes * Columns).Select(i => Math.Sin(i))], [1, 2, 3, 4]);
        var logits = new double[Classes];
        head.Apply(standardised.AsSpan(5 * Columns, Columns), logits);

        Same.Within(1e-12, logits, scale.FoldInto(head).Logits(table)[(5 * Classes)..(6 * Classes)], "logits");
        Assert.NotEqual(logits[0], head.Logits(table)[5 * Classes], 3);         // it could have differed
    }

    [Fact]
    public void Standardising_many_rows_holds_no_view_of_each()
    {
        const int Many = 200_000;
        var table = new FeatureTable(new int[Many], views: 1, width: 1, [.. Enumerable.Range(0, Many).Select(i => new[] { (float)i })]);
        var (alive, peak) = (Tensor.TotalCount, Tensor.PeakCount);
        using var applied = Standardisation.Of(table).Apply(table);
        Assert.True(Tensor.PeakCount <= Math.Max(peak, alive + 100), $"{Tensor.PeakCount - alive} native tensors at once");
    }

    [Fact]
    public void A_feature_that_never_changes_gets_no_say_and_does_no_harm()
    {
        var (features, labels) = Data();
        for (var i = 0; i < Rows; i++) features[i * Columns] = 7;
        var table = new FeatureTable(labels, 1, Columns, [.. features.Select(v => (float)v).Chunk(Columns)]);

        var head = LogisticHead.Fit(table, Classes, c: 0.1, balanced: false);

        Assert.All(head.Weight, w => Assert.True(double.IsFinite(w)));
        for (var k = 0; k < Classes; k++) Assert.Equal(0, head.Weight[k * Columns], 12);
    }

    [Fact]
    public void A_class_without_pictures_is_never_the_answer_and_leaves_the_others_as_they_are()
    {
        var (three, four) = (LogisticHead.Fit(Table(), Classes, c: 0.1, balanced: false), LogisticHead.Fit(Table(), Classes + 1, c: 0.1, balanced: false));

        Assert.Equal(three.Weight, four.Weight[..(Classes * Columns)]);
        var logits = four.Logits(Table());
        for (var i = 0; i < Rows; i++) Assert.NotEqual(Classes, Ranking.Best<double>(logits.AsSpan(i * (Classes + 1), Classes + 1)));
        Assert.All(four.Bias, b => Assert.True(double.IsFinite(b)));
    }

    [Fact]
    public void Strength_with_the_most_hits_is_chosen_and_equal_seeds_choose_alike()
    {
        var (head, c, trials) = LogisticHead.Train(Table(), Classes, folds: 5, balanced: false, seed: 0, CancellationToken.None);
        var (again, _, _) = LogisticHead.Train(Table(), Classes, folds: 5, balanced: false, seed: 0, CancellationToken.None);

        Assert.InRange(trials.Count, 3, LogisticHead.Grid.Length);
        Assert.Equal(trials.Max(t => t.Top1), trials.Single(t => t.C == c).Top1);
        Assert.True(trials.Min(t => t.Top1) < trials.Max(t => t.Top1));
        Assert.Equal(head.Weight, again.Weight);
    }

    [Fact]
    public void One_picture_a_class_falls_back_to_the_standard_strength()
    {
        var (features, _) = Data();
        var table = new FeatureTable([0, 1, 2], 1, Columns, [.. features[..(3 * Columns)].Select(v => (float)v).Chunk(Columns)]);

        var (head, c, trials) = LogisticHead.Train(table, classes: 3, folds: 5, balanced: false, seed: 0, CancellationToken.None);

        Assert.Equal((LogisticHead.Standard, 0), (c, trials.Count));
        var logits = head.Logits(table);
        for (var i = 0; i < 3; i++) Assert.Equal(i, Ranking.Best<double>(logits.AsSpan(i * 3, 3)));
    }

    [Fact]
    public void A_request_to_stop_is_heard_within_a_fit()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => LogisticHead.Train(Table(), Classes, folds: 5, balanced: false, seed: 0, stop.Token));
    }

    private static FeatureTable Table()
    {
        var (features, labels) = Data();
        return new FeatureTable(labels, 1, Columns, [.. features.Select(v => (float)v).Chunk(Columns)]);
    }

    // As make_golden.py writes it down.
    private static (double[] Features, int[] Labels) Data()
    {
        int[] labels = [.. Enumerable.Range(0, Rows).Select(i => i % 5 < 3 ? i % 2 : i % Classes)];
        var (noise, centres) = (Reference.Uniform("features", Rows * Columns), Reference.Uniform("centres", Classes * Columns));
        var features = new double[Rows * Columns];
        for (var i = 0; i < features.Length; i++) features[i] = noise[i] + 0.35 * centres[labels[i / Columns] * Columns + i % Columns];
        return (features, labels);
    }
}
