namespace JustAlexNet.Inference.Tests;

internal static class TestMatrix
{
    /// <summary>Six pictures: three cats and two owls taken for cats, a cat for a dog.</summary>
    public static ConfusionMatrix Example()
    {
        var matrix = new ConfusionMatrix(["cat", "dog", "owl"]);
        matrix.Add(0, 0, 3);
        matrix.Add(0, 1);
        matrix.Add(2, 0, 2);
        return matrix;
    }
}
