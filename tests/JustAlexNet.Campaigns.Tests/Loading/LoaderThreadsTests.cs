using JustAlexNet.Campaigns.Loading;
using JustAlexNet.Data;
using JustAlexNet.Inference;

namespace JustAlexNet.Campaigns.Loading.Tests;

public sealed class LoaderThreadsTests
{
    [Fact]
    public void Threads_of_a_loader_are_counted_while_they_live_and_gone_afterwards()
    {
        using var loader = Loader.Of(ImageFolder.Open(Repository.At("samples", "clothing-mini")).Training, new FailingPreparation(at: -1, kind: 0, always: false), new LoaderOptions { BatchSize = 4, Workers = 3, Prefetch = 1 });
        using (var batches = loader.Epoch(0).GetEnumerator())
        {
            Assert.True(batches.MoveNext());
            batches.Current.Dispose();
            Assert.Equal(3, LoaderThreads.Count);       // they wait: one batch is prepared, and nobody takes it
        }
        Assert.Equal(0, LoaderThreads.Left());
    }
}
