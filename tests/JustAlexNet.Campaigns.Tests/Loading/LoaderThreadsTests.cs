using JustAlexNet.Data;
using JustAlexNet.Inference;

namespace JustAlexNet.Campaigns.Loading.Tests;

public sealed class LoaderThreadsTests
{
    [Fact]
    public void Threads_of_a_loader_are_counted_while_they_live_and_gone_afterwards()
    {
        using var loader = Loader.Training(ImageFolder.Open(Repository.At("samples", "clothing-mini")).Training, Augmentation.Basic, side: 32, seed: 0, new LoaderOptions { BatchSize = 4, Workers = 3, Prefetch = 1 });
        using (var batches = loader.Epoch(0).GetEnumerator())
        {
            Assert.True(batches.MoveNext());
            batches.Current.Dispose();
            Assert.Equal(3, LoaderThreads.Count);       // they wait: one batch is prepared, and nobody takes it
        }
        Assert.Equal(0, LoaderThreads.Left());
    }
}
