using JustAlexNet.Engines;
using JustAlexNet.Imaging;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class NetworkInputTests
{
    // Plain C order goes through torchvision's four operations, channels-last through the table.
    [Fact]
    public void The_table_gives_the_bits_of_torchvisions_operations()
    {
        using var numbers = arange(2 * 3 * 16 * 16);
        using var wrapped = numbers.remainder(256);
        using var bytes = wrapped.to(ScalarType.Byte);
        using var plain = bytes.reshape(2, 3, 16, 16);
        using var last = Layout.ChannelsLast(plain);
        var preprocessing = Preprocessing.Squash(16);
        using var expected = NetworkInput.From(plain, preprocessing, ComputeDevice.Cpu);
        using var actual = NetworkInput.From(last, preprocessing, ComputeDevice.Cpu);
        Assert.Equal(Same.Doubles(expected), Same.Doubles(actual));
        Assert.Equal(last.stride(), actual.stride());

        using var rounded = expected.to(ScalarType.BFloat16);
        using var lower = NetworkInput.From(last, preprocessing, ComputeDevice.Cpu, Precision.Bf16);
        Assert.Equal(ScalarType.BFloat16, lower.dtype);
        Assert.Equal(Same.Doubles(rounded), Same.Doubles(lower));
    }
}
