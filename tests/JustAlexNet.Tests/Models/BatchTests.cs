using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class BatchTests
{
    public static TheoryData<string> Names => [.. ModelCatalogue.All.Select(row => row.Name)];

    [Theory, MemberData(nameof(Names))]
    public void A_batch_gives_what_its_pictures_give_one_by_one_in_either_form_of_1_x_1_convolutions(string name)
    {
        using var quiet = no_grad();
        using var network = ModelCatalogue.Find(name)!.Create(10, seed: null);
        Reference.Fill(network);
        foreach (var (side, count) in new[] { (64, 3), (128, 3), (224, 2) })
        {
            using var plain = Reference.Pictures(count, side, ScalarType.Float32);
            using var pictures = Layout.ChannelsLast(plain);
            var batch = Logits(network, pictures, products: null);
            var single = Enumerable.Range(0, count).SelectMany(i => One(network, pictures, i)).ToArray();
            Same.Within(1e-5, single, batch, $"{name}, {count} pictures of {side} px");
            Same.Within(1e-5, batch, Logits(network, pictures, products: true), $"{name}, {count} pictures of {side} px, as products");
            Assert.NotEqual(batch[..10], batch[10..20]);        // two pictures, two answers
        }
    }

    private static double[] One(Network network, Tensor pictures, int index)
    {
        using var picture = pictures.narrow(0, index, 1);
        return Logits(network, picture, products: null);
    }

    private static double[] Logits(Network network, Tensor pictures, bool? products)
    {
        network.PointwiseProducts = products;
        using var logits = network.Forward(pictures);
        return Same.Doubles(logits);
    }
}
