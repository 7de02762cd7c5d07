using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace JustAlexNet.Bench.Plain;

/// <summary>DenseNet201 in plain TorchSharp: every layer concatenates what was before with what it adds.</summary>
internal sealed class PlainDenseNet201 : Module<Tensor, Tensor>
{
    private const int Growth = 32;
    private readonly Sequential layers;

    public PlainDenseNet201(int classes) : base(nameof(PlainDenseNet201))
    {
        var parts = new List<Module<Tensor, Tensor>>
        {
            Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false), BatchNorm2d(64), ReLU(inplace: true), MaxPool2d(3, stride: 2, padding: 1),
        };
        var channels = 64;
        foreach (var count in new[] { 6, 12, 48, 32 })
        {
            for (var i = 0; i < count; i++, channels += Growth) parts.Add(new Layer(channels));
            if (count == 32) break;
            parts.AddRange([BatchNorm2d(channels), ReLU(inplace: true), Conv2d(channels, channels / 2, 1, bias: false), AvgPool2d(2, stride: 2)]);
            channels /= 2;
        }
        parts.AddRange([BatchNorm2d(channels), ReLU(inplace: true), AdaptiveAvgPool2d(1), Flatten(), Linear(channels, classes)]);
        layers = Sequential([.. parts]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layers.forward(input);

    private sealed class Layer : Module<Tensor, Tensor>
    {
        private readonly Sequential body;

        public Layer(int inputs) : base(nameof(Layer))
        {
            body = Sequential(
                BatchNorm2d(inputs), ReLU(inplace: true), Conv2d(inputs, 4 * Growth, 1, bias: false),
                BatchNorm2d(4 * Growth), ReLU(inplace: true), Conv2d(4 * Growth, Growth, 3, padding: 1, bias: false));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => cat([input, body.forward(input)], dim: 1);
    }
}
