namespace JustAlexNet.Models;

/// <summary>Every network that can be asked for by name: a variant is a row.</summary>
public static class ModelCatalogue
{
    /// <summary>The rows, in the order in which they are listed to people.</summary>
    public static IReadOnlyList<ModelVariant> All { get; } =
    [
        new("alexnet", "AlexNet", "arXiv 1404.5997", 61_100_840, AlexNet.Smallest, "classifier.6", (classes, seed) => new AlexNet(classes, seed: seed)),
        Residual("resnet18", [2, 2, 2, 2], 11_689_512),
        Residual("resnet34", [3, 4, 6, 3], 21_797_672),
        Dense("densenet121", [6, 12, 24, 16], 7_978_856),
        Dense("densenet169", [6, 12, 32, 32], 14_149_480),
        Dense("densenet201", [6, 12, 48, 32], 20_013_928),
    ];

    /// <summary>The row of that name, or null.</summary>
    public static ModelVariant? Find(string name) => All.FirstOrDefault(row => row.Name == name);

    private static ModelVariant Residual(string name, int[] blocks, long parameters) =>
        new(name, "ResNet", "arXiv 1512.03385", parameters, ResNet.Smallest, "fc", (classes, seed) => new ResNet(name, blocks, classes, seed));

    private static ModelVariant Dense(string name, int[] blocks, long parameters) =>
        new(name, "DenseNet", "arXiv 1608.06993", parameters, DenseNet.Smallest, "classifier", (classes, seed) => new DenseNet(name, blocks, classes, seed));
}

/// <summary>One row of <see cref="ModelCatalogue"/>.</summary>
public sealed class ModelVariant
{
    private readonly Func<int, long?, Network> create;

    internal ModelVariant(string name, string family, string paper, long parameters, int smallestSide, string headName, Func<int, long?, Network> create)
        => (Name, Family, Paper, Parameters, SmallestSide, HeadName, this.create) = (name, family, paper, parameters, smallestSide, headName, create);

    /// <summary>The name in commands and checkpoints, torchvision's.</summary>
    public string Name { get; }

    /// <summary>The family that the variant belongs to.</summary>
    public string Family { get; }

    /// <summary>Where the network was published.</summary>
    public string Paper { get; }

    /// <summary>Number of learned values with 1000 classes.</summary>
    public long Parameters { get; }

    /// <summary>Smallest picture side in pixels.</summary>
    public int SmallestSide { get; }

    /// <summary>Name of the last linear layer, whose rows are the classes: <c>fc</c>, <c>classifier</c> or <c>classifier.6</c>.</summary>
    public string HeadName { get; }

    /// <summary>Builds the network; the caller disposes it.</summary>
    /// <param name="classes">Number of classes, 1 or more.</param>
    /// <param name="seed">For the first weights; null leaves them undefined, for a checkpoint to fill.</param>
    public Network Create(int classes, long? seed = 0) => create(classes, seed);
}

/// <summary>Ranges that constructors ask for, usable before a base constructor runs.</summary>
internal static class Checked
{
    public static int Classes(int classes) =>
        classes >= 1 ? classes : throw new ArgumentOutOfRangeException(nameof(classes), classes, "expected 1 class or more");

    public static double Probability(double dropout) =>
        dropout is >= 0 and < 1 ? dropout : throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "expected a probability from 0 to below 1");
}
