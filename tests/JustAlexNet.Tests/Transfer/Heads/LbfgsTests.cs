namespace JustAlexNet.Transfer.Tests;

public sealed class LbfgsTests
{
    [Fact]
    public void Rosenbrocks_valley_is_followed_to_its_end()
    {
        double[] point = [-1.2, 1, -1.2, 1];

        var steps = Lbfgs.Minimise(new Rosenbrock(), point, tolerance: 1e-9);

        Assert.All(point, value => Assert.Equal(1, value, 8));
        Assert.InRange(steps, 10, 100);
    }

    [Fact]
    public void A_start_at_the_minimum_stays_there()
    {
        double[] point = [1, 1];
        Assert.Equal(0, Lbfgs.Minimise(new Rosenbrock(2), point, tolerance: 1e-9));
        Assert.Equal([1.0, 1], point);
    }

    [Fact]
    public void Steps_end_at_the_limit()
    {
        double[] point = [-1.2, 1];
        Assert.Equal(3, Lbfgs.Minimise(new Rosenbrock(2), point, tolerance: 0, maxSteps: 3));
    }

    private sealed class Rosenbrock(int count = 4) : IObjective
    {
        public int Count => count;

        public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient)
        {
            var value = 0.0;
            for (var i = 0; i < count; i += 2)
            {
                var (x, y) = (point[i], point[i + 1]);
                value += 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x);
                gradient[i] = -400 * x * (y - x * x) - 2 * (1 - x);
                gradient[i + 1] = 200 * (y - x * x);
            }
            return value;
        }
    }
}
