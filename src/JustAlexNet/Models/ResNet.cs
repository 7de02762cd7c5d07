using JustAlexNet.Models.Folding;
using JustAlexNet.Models.Layers;
using static TorchSharp.torch;

namespace JustAlexNet.Models;

/// <summary>ResNet with basic blocks (18 and 34 layers). Returns logits, not probabilities.</summary>
/// <remarks>
/// Shape: (N, 3, H, W) to (N, classes); every size works, 32 pixels make one step of the last stage. Dtype: that of the weights.
/// Source: He et al., arXiv 1512.03385, section 4.1; layer for layer torchvision's <c>resnet18</c> and <c>resnet34</c>
/// (logits agree to 1e-5 of the largest in float32, 1e-9 in float64).
/// </remarks>
public sealed class ResNet : Network
{
    internal const int Smallest = 1;

    internal ResNet(string variant, IReadOnlyList<int> blocks, int classes, long? seed) : base(Build(blocks, Checked.Classes(classes)), variant, classes, Smallest, seed)
    {
    }

    private static Chain Build(IReadOnlyList<int> blocks, int classes) => new(
        ("conv1", Conv(3, 64, kernel: 7, stride: 2)),               //  64 x 112 x 112 (of 224 x 224)
        ("bn1", new BatchNormalisation(64)), ("relu", new Relu()),
        ("maxpool", new MaxPool(3, stride: 2, pad: 1)),             //  64 x  56 x  56
        ("layer1", Stage(64, 64, blocks[0], stride: 1)),            //  64 x  56 x  56
        ("layer2", Stage(64, 128, blocks[1], stride: 2)),           // 128 x  28 x  28
        ("layer3", Stage(128, 256, blocks[2], stride: 2)),          // 256 x  14 x  14
        ("layer4", Stage(256, 512, blocks[3], stride: 2)),          // 512 x   7 x   7
        ("avgpool", new AdaptiveAveragePool(1)),                    // 512 x   1 x   1
        ("flatten", new Flatten()),
        ("fc", new Linear(512, classes)));

    private static Chain Stage(int inputs, int outputs, int blocks, int stride) =>
        new([.. Enumerable.Range(0, blocks).Select(i => new BasicBlock(i == 0 ? inputs : outputs, outputs, i == 0 ? stride : 1))]);

    private static Convolution Conv(int inputs, int outputs, int kernel, int stride = 1) =>
        new(inputs, outputs, kernel, stride, pad: kernel / 2, bias: false, ConvolutionStart.NormalByFanOut);

    /// <summary>relu(bn2(conv2(relu(bn1(conv1(x))))) + x), where x goes through a 1 x 1 convolution if its shape changes.</summary>
    private sealed class BasicBlock(int inputs, int outputs, int stride) : Layer
    {
        private readonly Chain convolutions = new(
            ("conv1", Conv(inputs, outputs, kernel: 3, stride)), ("bn1", new BatchNormalisation(outputs)), ("relu", new Relu()),
            ("conv2", Conv(outputs, outputs, kernel: 3)));

        private readonly BatchNormalisation normalisation = new(outputs);
        private readonly Shortcut? shortcut = stride == 1 && inputs == outputs ? null : new(inputs, outputs, stride);

        public override IEnumerable<(string Name, Layer Layer)> Children
        {
            get
            {
                foreach (var child in convolutions.Children) yield return child;
                yield return ("bn2", normalisation);
                if (shortcut is not null) yield return ("downsample", shortcut);
            }
        }

        public override Extent Count(Extent input, ActivationCount count)
        {
            var residual = normalisation.Count(convolutions.Count(input, count), count);
            count.Hold(input.Values + 2 * residual.Values);
            return shortcut?.Count(input, count) ?? residual;
        }

        public override GraphNode Describe(GraphNode input) => new RectifierNode(new AdditionNode(normalisation.Describe(convolutions.Describe(input)), shortcut?.Describe(input) ?? input));

        protected override Tensor Forward(Tensor input, Pass pass)
        {
            using var convolved = convolutions.Apply(input, pass);
            if (Fusion.Suits(convolved, pass) && FusedNormalisation.Suits(normalisation, convolved))
            {
                using var projected = shortcut?.Convolution.Apply(input, pass);
                return FusedNormalisation.Apply(normalisation, convolved, projected ?? input, shortcut?.Normalisation, pass);
            }
            var residual = normalisation.Apply(convolved, pass);
            using var reshaped = shortcut?.Apply(input, pass);
            return residual.add_(reshaped ?? input).relu_();
        }
    }

    /// <summary>A 1 x 1 convolution and its normalisation, where a block changes the shape.</summary>
    private sealed class Shortcut(int inputs, int outputs, int stride) : Layer
    {
        public Convolution Convolution { get; } = Conv(inputs, outputs, kernel: 1, stride);

        public BatchNormalisation Normalisation { get; } = new(outputs);

        private Chain Both => field ??= new(Convolution, Normalisation);

        public override IEnumerable<(string Name, Layer Layer)> Children => Both.Children;

        public override Extent Count(Extent input, ActivationCount count) => Both.Count(input, count);

        public override GraphNode Describe(GraphNode input) => Both.Describe(input);

        protected override Tensor Forward(Tensor input, Pass pass) => Both.Apply(input, pass);
    }
}
