using JustAlexNet.Data;
using JustAlexNet.Engines;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace JustAlexNet.Bench.Sides;

/// <summary>The usual loop of transfer learning, with our network and loader: every photo goes through the frozen ResNet18 in every epoch, then Adam takes a step of the head.</summary>
internal sealed class UncachedHeadWork : Work
{
    private readonly Preprocessing preprocessing;
    private readonly Loader loader;
    private readonly Network network;
    private readonly Linear head;
    private readonly optim.Optimizer optimiser;

    public UncachedHeadWork(SideSettings settings)
    {
        TorchRuntime.Prepare();
        preprocessing = Preprocessing.ImageNet(settings.Number("size"));
        var (samples, classes) = BenchPhotos.Of(settings.Text("data"), settings.Number("photos"));
        loader = Loader.Evaluation(samples, preprocessing, new LoaderOptions { BatchSize = settings.Number("batch"), Workers = settings.Number("workers") });
        network = ModelCatalogue.Find("resnet18")!.Create(classes);
        head = nn.Linear(network.FeatureCount, classes);
        optimiser = optim.Adam(head.parameters(), lr: 1e-3);
        About = $"a part of an epoch: {samples.Count} photos";
    }

    public override string About { get; }

    public override double Round()
    {
        var photos = 0;
        foreach (var batch in loader.Epoch(0))
        {
            using var read = batch;
            using var scope = NewDisposeScope();
            optimiser.zero_grad();
            nn.functional.cross_entropy(head.forward(Features(batch)), batch.Labels).backward();
            _ = optimiser.step();
            photos += batch.Count;
        }
        return photos;
    }

    private Tensor Features(Batch batch)
    {
        using var quiet = no_grad();
        return network.Features(NetworkInput.From(batch.Pictures, preprocessing, network.Device));
    }

    public override void Dispose()
    {
        optimiser.Dispose();
        head.Dispose();
        network.Dispose();
        loader.Dispose();
    }
}
