using JustAlexNet.Imaging;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;


public sealed class EpochRunTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Stopping_waits_for_the_pictures_in_hand_before_it_frees_their_memory(int workers)
    {
        using var scratch = new Scratch();
        var samples = TestPictures.Samples(scratch, 8);
        using var preparation = new Held();
        var run = new EpochRun(new(samples, 0, null, 8, 1), preparation, startAt: 0, workers, prefetch: 1, (capacity, side) => new ByteBuffer(capacity, side));
        run.Start();
        Exception? fault = null;
        var consumer = new Thread(() => fault = Record.Exception(() =>
        {
            if (run.Next() is { } batch) run.Buffers.Return(batch.Buffer);   // it was ready just in time
        }));
        consumer.Start();
        preparation.Entered.Wait();

        var unfinished = -1;
        var stopper = new Thread(() =>
        {
            run.Dispose();
            unfinished = preparation.InHand;
        });
        stopper.Start();
        SpinWait.SpinUntil(() => (stopper.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0);
        preparation.Go.Set();
        stopper.Join();
        consumer.Join();
        Assert.Equal(0, unfinished);
        Assert.True(fault is null or ObjectDisposedException, $"{fault}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void No_more_batches_are_begun_than_may_wait(int prefetch)
    {
        using var scratch = new Scratch();
        var samples = TestPictures.Samples(scratch, 20);
        using var preparation = new Held();
        preparation.Go.Set();
        using var run = new EpochRun(new(samples, 0, null, 2, 10), preparation, startAt: 0, workers: 4, prefetch, (capacity, side) => new ByteBuffer(capacity, side));
        run.Start();
        for (var taken = 0; run.Next() is { } batch; taken++)
        {
            Assert.Equal(taken, batch.Number);
            Assert.InRange(preparation.Begun, 2 * (taken + 1), 2 * (taken + 1 + prefetch));
            run.Buffers.Return(batch.Buffer);
        }
        Assert.Equal(20, preparation.Begun);
    }

    /// <summary>Holds every picture until told to go on.</summary>
    private sealed class Held() : WholePreparation(8, honourExif: true), IDisposable
    {
        private int begun;
        private int inHand;

        public ManualResetEventSlim Entered { get; } = new();
        public ManualResetEventSlim Go { get; } = new();
        public int Begun => Volatile.Read(ref begun);
        public int InHand => Volatile.Read(ref inHand);

        public void Dispose()
        {
            Entered.Dispose();
            Go.Dispose();
        }

        protected override void Render(RgbImage image, int epoch, int index, Span<byte> target)
        {
            Interlocked.Increment(ref begun);
            Interlocked.Increment(ref inHand);
            Entered.Set();
            Go.Wait();
            target.Fill(7);
            Interlocked.Decrement(ref inHand);
        }
    }
}
