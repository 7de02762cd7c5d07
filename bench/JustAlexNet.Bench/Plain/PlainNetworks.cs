using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace JustAlexNet.Bench.Plain;

/// <summary>The three networks as a user of TorchSharp writes them down from torchvision: modules, default layout, nothing tuned.</summary>
internal static class PlainNetworks
{
    public static Module<Tensor, Tensor> Create(string name, int classes) => name switch
    {
        "alexnet" => AlexNet(classes),
        "resnet18" => new PlainResNet18(classes),
        "densenet201" => new PlainDenseNet201(classes),
        _ => throw new ArgumentException($"there is no plain {name}"),
    };

    private static Module<Tensor, Tensor> AlexNet(int classes) => Sequential(
        Conv2d(3, 64, 11, stride: 4, padding: 2), ReLU(inplace: true), MaxPool2d(3, stride: 2),
        Conv2d(64, 192, 5, padding: 2), ReLU(inplace: true), MaxPool2d(3, stride: 2),
        Conv2d(192, 384, 3, padding: 1), ReLU(inplace: true),
        Conv2d(384, 256, 3, padding: 1), ReLU(inplace: true),
        Conv2d(256, 256, 3, padding: 1), ReLU(inplace: true), MaxPool2d(3, stride: 2),
        AdaptiveAvgPool2d(6), Flatten(),
        Dropout(0.5), Linear(256 * 6 * 6, 4096), ReLU(inplace: true),
        Dropout(0.5), Linear(4096, 4096), ReLU(inplace: true),
        Linear(4096, classes));
}
