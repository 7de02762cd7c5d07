using JustAlexNet.Models.Layers;

namespace JustAlexNet.Models;

/// <summary>DenseNet with bottleneck layers and compression (121, 169 and 201 layers). Returns logits, not probabilities.</summary>
/// <remarks>
/// Shape: (N, 3, H, W) to (N, classes), H and W at least 29. Dtype: that of the weights. Growth 32, bottleneck 4 x 32, compression 0.5.
/// Source: Huang et al., arXiv 1608.06993, table 1; layer for layer torchvision's <c>densenet121</c>, <c>densenet169</c>, <c>densenet201</c>
/// (logits agree to 1e-5 of the largest in float32, 1e-9 in float64).
/// </remarks>
public sealed class DenseNet : Network
{
    internal const int Smallest = 29;
    private const int Growth = 32, Bottleneck = 4 * Growth, FirstChannels = 64;

    internal DenseNet(string variant, IReadOnlyList<int> blocks, int classes, long? seed) : base(Build(blocks, Checked.Classes(classes)), variant, classes, Smallest, seed)
    {
    }

    private static Chain Build(IReadOnlyList<int> blocks, int classes)
    {
        var features = new List<(string, Layer)>
        {
            ("conv0", Conv(3, FirstChannels, kernel: 7, stride: 2)),                        //   64 x 112 x 112 (of 224 x 224)
            ("norm0", new BatchNormalisation(FirstChannels)), ("relu0", new Relu()),
            ("pool0", new MaxPool(3, stride: 2, pad: 1)),                                   //   64 x  56 x  56
        };
        var channels = FirstChannels;
        for (var i = 0; i < blocks.Count; i++)                                              // densenet201:
        {
            features.Add(($"denseblock{i + 1}", Block(channels, blocks[i])));               //  256 x  56, 512 x 28, 1792 x 14, 1920 x 7
            channels += blocks[i] * Growth;
            if (i + 1 == blocks.Count) break;
            features.Add(($"transition{i + 1}", Transition(channels)));                     //  128 x  28, 256 x 14,  896 x  7
            channels /= 2;
        }
        features.Add(("norm5", new BatchNormalisation(channels)));
        return new Chain(
            ("features", new Chain([.. features])),
            ("relu", new Relu()),
            ("avgpool", new AdaptiveAveragePool(1)),                                        // 1920 x 1 x 1
            ("flatten", new Flatten()),
            ("classifier", new Linear(channels, classes, zeroBias: true)));
    }

    private static DenseBlock Block(int channels, int layers) => new([.. Enumerable.Range(0, layers).Select(i => new DenseLayer(channels + i * Growth, Bottleneck, Growth))]);

    private static Chain Transition(int channels) => new(
        ("norm", new BatchNormalisation(channels)), ("relu", new Relu()),
        ("conv", Conv(channels, channels / 2, kernel: 1)),
        ("pool", new AveragePool(2)));

    internal static Convolution Conv(int inputs, int outputs, int kernel, int stride = 1) =>
        new(inputs, outputs, kernel, stride, pad: kernel / 2, bias: false, ConvolutionStart.NormalByFanIn);
}
