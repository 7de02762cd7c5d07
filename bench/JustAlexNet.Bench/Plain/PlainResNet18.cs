using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace JustAlexNet.Bench.Plain;

/// <summary>ResNet18 in plain TorchSharp.</summary>
internal sealed class PlainResNet18 : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public PlainResNet18(int classes) : base(nameof(PlainResNet18))
    {
        layers = Sequential(
            Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false), BatchNorm2d(64), ReLU(inplace: true), MaxPool2d(3, stride: 2, padding: 1),
            new Block(64, 64, 1), new Block(64, 64, 1),
            new Block(64, 128, 2), new Block(128, 128, 1),
            new Block(128, 256, 2), new Block(256, 256, 1),
            new Block(256, 512, 2), new Block(512, 512, 1),
            AdaptiveAvgPool2d(1), Flatten(), Linear(512, classes));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layers.forward(input);

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Sequential body;
        private readonly Sequential? shortcut;

        public Block(int inputs, int outputs, int stride) : base(nameof(Block))
        {
            body = Sequential(
                Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false), BatchNorm2d(outputs), ReLU(inplace: true),
                Conv2d(outputs, outputs, 3, padding: 1, bias: false), BatchNorm2d(outputs));
            if (stride != 1 || inputs != outputs) shortcut = Sequential(Conv2d(inputs, outputs, 1, stride: stride, bias: false), BatchNorm2d(outputs));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => functional.relu(body.forward(input) + (shortcut?.forward(input) ?? input), inplace: true);
    }
}
