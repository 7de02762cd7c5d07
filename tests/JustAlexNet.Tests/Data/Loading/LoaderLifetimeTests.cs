using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Inference.Tests;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using TorchSharp;

namespace JustAlexNet.Data.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class LoaderLifetimeTests
{
    private const int Side = 16;

    [Fact]
    public void No_tensor_is_left_after_an_epoch_though_the_loader_lives()
    {
        using var scratch = new Scratch();
        using var loader = Make(scratch, 20, workers: 2);
        var before = torch.Tensor.TotalCount;
        foreach (var batch in loader.Epoch(0)) batch.Dispose();
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Epoch_left_early_leaves_no_thread_and_no_tensor(int workers)
    {
        using var scratch = new Scratch();
        using var loader = Make(scratch, 40, workers);
        var before = torch.Tensor.TotalCount;
        foreach (var batch in loader.Epoch(0))
        {
            batch.Dispose();
            break;
        }
        Assert.Equal(before, torch.Tensor.TotalCount);
        Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (var batch in loader.Epoch(0)) using (batch) throw new InvalidOperationException("the caller's");
        });
        Assert.Equal(before, torch.Tensor.TotalCount);
        Assert.Equal(8, loader.Epoch(1).Count(batch => { batch.Dispose(); return true; }));   // and the loader goes on
    }

    [Fact]
    public void Batches_may_outlive_epoch_and_loader_and_be_disposed_elsewhere()
    {
        using var scratch = new Scratch();
        var loader = Make(scratch, 20, workers: 2);
        var batches = loader.Epoch(0).ToList();   // holds more than are prefetched, and does not wait for ever
        loader.Dispose();
        Assert.Equal(4, batches.Count);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)(i % 3)), batches.SelectMany(batch => batch.Labels.data<long>().ToArray()));
        var elsewhere = new Thread(() => batches.ForEach(batch => batch.Dispose()));
        elsewhere.Start();
        elsewhere.Join();
        batches.ForEach(batch => batch.Dispose());   // a second time does nothing
        Assert.All(batches, batch => Assert.True(batch.Pictures.IsInvalid));
    }

    [Fact]
    public void Open_dispose_scope_takes_neither_batches_nor_buffers()
    {
        using var scratch = new Scratch();
        using var loader = Make(scratch, 20, workers: 0);
        using var batches = loader.Epoch(0).GetEnumerator();
        using (torch.NewDisposeScope()) Assert.True(batches.MoveNext());
        using (var first = batches.Current) Assert.Equal([0, 1, 2, 0, 1], first.Labels.data<long>().ToArray());
        Assert.True(batches.MoveNext());
        using (var second = batches.Current) Assert.Equal([2, 0, 1, 2, 0], second.Labels.data<long>().ToArray());
    }

    [Fact]
    public void Memory_is_reused_once_batches_are_disposed()
    {
        using var scratch = new Scratch();
        using var loader = Make(scratch, 40, workers: 0);
        var places = new HashSet<nint>();
        foreach (var batch in loader.Epoch(0)) using (batch) places.Add(Address(batch));
        Assert.Single(places);
    }

    [Fact]
    public void Loader_disposed_while_enumerated_ends_the_enumeration()
    {
        using var scratch = new Scratch();
        var loader = Make(scratch, 40, workers: 2);
        using var batches = loader.Epoch(0).GetEnumerator();
        Assert.True(batches.MoveNext());
        batches.Current.Dispose();
        loader.Dispose();
        loader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => batches.MoveNext());
        Assert.Throws<ObjectDisposedException>(() => loader.Epoch(0));
    }

    [Fact]
    public void Epoch_never_enumerated_costs_nothing()
    {
        using var scratch = new Scratch();
        using var loader = Make(scratch, 20, workers: 2);
        var before = torch.Tensor.TotalCount;
        Assert.NotNull(loader.Epoch(0));
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void Two_epochs_may_run_at_once()
    {
        using var scratch = new Scratch();
        using var loader = Make(scratch, 20, workers: 2);
        foreach (var (one, other) in loader.Epoch(0).Zip(loader.Epoch(1)))
            using (one) using (other) Assert.Equal(one.Labels.data<long>().ToArray(), other.Labels.data<long>().ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Batch_that_memory_cannot_hold_is_reported_to_the_caller(int workers)
    {
        using var scratch = new Scratch();
        var options = new LoaderOptions { BatchSize = 1_000_000, Workers = workers };
        using var loader = Loader.Evaluation(TestPictures.Samples(scratch, 2), Preprocessing.Squash(20_000), options);
        Assert.Equal(
            "no memory for a batch: 2 pictures of 20000 x 20000 pixels need 2,400,000,000 bytes, and a batch holds 2,147,483,591 at most\n  Pass a smaller `batch_size` or `image_size`.",
            Assert.Throws<DataException>(() => loader.Epoch(0).First()).Message);
    }

    [Fact]
    public void Place_outside_the_epoch_is_refused()
    {
        using var scratch = new Scratch();
        using var loader = Make(scratch, 20, workers: 0);
        Assert.Equal("epoch", Assert.Throws<ArgumentOutOfRangeException>(() => loader.Epoch(-1)).ParamName);
        Assert.Equal("startAt", Assert.Throws<ArgumentOutOfRangeException>(() => loader.Epoch(0, -1)).ParamName);
        Assert.Equal("startAt", Assert.Throws<ArgumentOutOfRangeException>(() => loader.Epoch(0, 5)).ParamName);
    }

    private static Loader Make(Scratch scratch, int count, int workers) =>
        Loader.Evaluation(TestPictures.Samples(scratch, count), Preprocessing.Squash(Side), new() { BatchSize = 5, Workers = workers });

    private static unsafe nint Address(Batch batch)
    {
        using var rows = batch.Pictures.permute(0, 2, 3, 1);
        fixed (byte* at = rows.bytes) return (nint)at;
    }
}
