using System.Globalization;
using System.Runtime.InteropServices;
using JustAlexNet.Runs.Tests;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using static TorchSharp.torch;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class RealPyTorchCheckpointTests : RunTestBase
{
    [Theory]
    [InlineData("alexnet", 63)]
    [InlineData("resnet18", 40)]
    [InlineData("densenet201", 40)]
    public void Torchvision_takes_the_best_model_strictly_and_gives_the_same_logits(string model, int side)
    {
        var options = Options(model, side: side, epochs: 1);
        Execute(options);
        var best = Files(options).Best;
        var values = Reference.Uniform("input", 2 * 3 * side * side);
        File.WriteAllBytes(Scratch.At("input.bin"), MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

        var printed = DebianPyTorch.RunOrSkip("best_model_logits.py", [best, $"2x3x{side}x{side}", Scratch.At("input.bin")]);

        using var quiet = no_grad();
        using var saved = ModelFile.Open(best);
        using var pictures = Reference.Pictures(2, side, ScalarType.Float32);
        using var logits = saved.Network!.Forward(pictures);
        var expected = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        Same.Within(1e-5, expected, Same.Doubles(logits), "logits");
    }
}
