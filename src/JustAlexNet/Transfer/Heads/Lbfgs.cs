namespace JustAlexNet.Transfer;

/// <summary>A smooth function to be made small.</summary>
internal interface IObjective
{
    /// <summary>Number of variables.</summary>
    int Count { get; }

    /// <summary>The value at a point; its gradient goes into <paramref name="gradient"/>.</summary>
    double Evaluate(ReadOnlySpan<double> point, Span<double> gradient);
}

/// <summary>Limited-memory BFGS with a line search for the strong Wolfe conditions.</summary>
/// <remarks>Source: Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 7.4, 7.5, 3.5 and 3.6; the last ten steps are remembered. Stops where the value no longer falls in float64.</remarks>
internal static class Lbfgs
{
    private const int Memory = 10, MaxTrials = 30;
    private const double Decrease = 1e-4, Curvature = 0.9;

    /// <summary>Moves <paramref name="point"/> to the minimum.</summary>
    /// <param name="objective">The function.</param>
    /// <param name="point">The start; becomes the result.</param>
    /// <param name="tolerance">Done when no component of the gradient is larger.</param>
    /// <param name="maxSteps">Done after so many steps in any case.</param>
    /// <param name="stop">Ends between steps.</param>
    /// <returns>Steps taken.</returns>
    public static int Minimise(IObjective objective, double[] point, double tolerance, int maxSteps = 2000, CancellationToken stop = default)
    {
        var memory = new LinkedList<(double[] Step, double[] Change, double Inverse)>();
        var at = new Place(point, new double[point.Length]);
        at.Value = objective.Evaluate(at.Point, at.Gradient);
        for (var steps = 0; ; steps++)
        {
            stop.ThrowIfCancellationRequested();
            if (steps == maxSteps || at.Gradient.Max(Math.Abs) <= tolerance) return steps;
            var direction = Direction(at.Gradient, memory);
            var first = memory.Count == 0 ? Math.Min(1, 1 / at.Gradient.Sum(Math.Abs)) : 1;
            if (Search(objective, at, direction, first) is not { } next) return steps;
            var (step, change) = (Minus(next.Point, at.Point), Minus(next.Gradient, at.Gradient));
            if (Dot(step, change) is > 0 and var curvature)
            {
                memory.AddLast((step, change, 1 / curvature));
                if (memory.Count > Memory) memory.RemoveFirst();
            }
            next.Point.CopyTo(point, 0);
            at = next with { Point = point };
        }
    }

    // The two loops: minus the inverse Hessian, as the remembered steps tell it, times the gradient.
    private static double[] Direction(double[] gradient, LinkedList<(double[] Step, double[] Change, double Inverse)> memory)
    {
        var q = gradient.Select(value => -value).ToArray();
        var shares = new Stack<double>();
        for (var node = memory.Last; node is not null; node = node.Previous)
        {
            var share = node.Value.Inverse * Dot(node.Value.Step, q);
            shares.Push(share);
            Add(q, node.Value.Change, -share);
        }
        if (memory.Last is { Value: var (_, change, inverse) })
        {
            var scale = 1 / (inverse * Dot(change, change));
            for (var i = 0; i < q.Length; i++) q[i] *= scale;
        }
        for (var node = memory.First; node is not null; node = node.Next) Add(q, node.Value.Step, shares.Pop() - node.Value.Inverse * Dot(node.Value.Change, q));
        return q;
    }

    /// <summary>The next place along a direction; null where none is lower.</summary>
    private static Place? Search(IObjective objective, Place from, double[] direction, double first)
    {
        var slope = Dot(from.Gradient, direction);
        if (slope >= 0) return null;
        var (low, high) = (new Trial(0, from, slope), (Trial?)null);
        var length = first;
        for (var trials = 0; trials < MaxTrials; trials++)
        {
            var trial = Try(objective, from, direction, length);
            if (!(trial.Place.Value <= from.Value + Decrease * length * slope) || trial.Place.Value >= low.Place.Value && low.Length > 0) high = trial;
            else if (Math.Abs(trial.Slope) <= -Curvature * slope) return trial.Place;
            else
            {
                if (trial.Slope * ((high?.Length ?? double.PositiveInfinity) - low.Length) >= 0) high = low;
                low = trial;
            }
            length = high is { } end ? Between(low, end) : 2 * length;
        }
        return low.Length > 0 ? low.Place : null;
    }

    private static Trial Try(IObjective objective, Place from, double[] direction, double length)
    {
        var place = new Place([.. from.Point], new double[direction.Length]);
        Add(place.Point, direction, length);
        place.Value = objective.Evaluate(place.Point, place.Gradient);
        return new Trial(length, place, Dot(place.Gradient, direction));
    }

    // The minimum of the cubic through both ends, kept away from them.
    private static double Between(Trial a, Trial b)
    {
        var width = b.Length - a.Length;
        var d1 = a.Slope + b.Slope - 3 * (a.Place.Value - b.Place.Value) / (a.Length - b.Length);
        var root = d1 * d1 - a.Slope * b.Slope;
        var cubic = root > 0 ? b.Length - width * (b.Slope + Math.Sign(width) * Math.Sqrt(root) - d1) / (b.Slope - a.Slope + 2 * Math.Sign(width) * Math.Sqrt(root)) : double.NaN;
        var share = (cubic - a.Length) / width;
        return a.Length + width * (double.IsFinite(share) ? Math.Clamp(share, 0.1, 0.9) : 0.5);
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static void Add(double[] target, double[] addend, double factor)
    {
        for (var i = 0; i < target.Length; i++) target[i] += factor * addend[i];
    }

    private static double[] Minus(double[] a, double[] b)
    {
        var difference = new double[a.Length];
        for (var i = 0; i < a.Length; i++) difference[i] = a[i] - b[i];
        return difference;
    }

    private sealed record Place(double[] Point, double[] Gradient)
    {
        public double Value { get; set; }
    }

    private sealed record Trial(double Length, Place Place, double Slope);
}
