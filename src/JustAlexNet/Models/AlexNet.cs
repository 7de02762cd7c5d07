using JustAlexNet.Models.Layers;

namespace JustAlexNet.Models;

/// <summary>AlexNet, the one-column form of 2014. Returns logits, not probabilities.</summary>
/// <remarks>
/// Shape: (N, 3, H, W) to (N, classes), H and W at least 63. Dtype: that of the weights. Dropout draws from <see cref="Runtime.RandomState"/>.
/// Source: Krizhevsky, arXiv 1404.5997; layer for layer torchvision's <c>alexnet</c> (logits agree to 1e-5 of the largest in float32, 1e-9 in float64).
/// </remarks>
public sealed class AlexNet : Network
{
    internal const string Variant = "alexnet";
    internal const int Smallest = 63;

    /// <summary>Builds the network.</summary>
    /// <param name="classes">Number of classes, 1 or more.</param>
    /// <param name="dropout">Probability with which a value is dropped before each of the two hidden linear layers, 0 to below 1.</param>
    /// <param name="seed">For the first weights; null leaves them undefined, for a checkpoint to fill.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public AlexNet(int classes, double dropout = 0.5, long? seed = 0) : base(Build(Checked.Classes(classes), Checked.Probability(dropout)), Variant, classes, Smallest, seed)
    {
    }

    private static Chain Build(int classes, double dropout) => new(
        ("features", new Chain(                                             //   3 x 224 x 224
            new Convolution(3, 64, kernel: 11, stride: 4, pad: 2),          //  64 x  55 x  55
            new Relu(), new MaxPool(3, stride: 2),                          //  64 x  27 x  27
            new Convolution(64, 192, kernel: 5, pad: 2),                    // 192 x  27 x  27
            new Relu(), new MaxPool(3, stride: 2),                          // 192 x  13 x  13
            new Convolution(192, 384, kernel: 3, pad: 1), new Relu(),       // 384 x  13 x  13
            new Convolution(384, 256, kernel: 3, pad: 1), new Relu(),       // 256 x  13 x  13
            new Convolution(256, 256, kernel: 3, pad: 1), new Relu(),       // 256 x  13 x  13
            new MaxPool(3, stride: 2))),                                    // 256 x   6 x   6
        ("avgpool", new AdaptiveAveragePool(6)),                            // any input size from here on looks like 224
        ("flatten", new Flatten()),                                         // 9216
        ("classifier", new Chain(
            new Dropout(dropout), new Linear(256 * 6 * 6, 4096), new Relu(),
            new Dropout(dropout), new Linear(4096, 4096), new Relu(),
            new Linear(4096, classes))));
}
