using JustAlexNet.Imaging;
using Microsoft.Extensions.Time.Testing;

namespace JustAlexNet.Serving.Tests;

public sealed class PreparedPicturesTests : IDisposable
{
    private static readonly ServingOptions Options = new() { DecodeConcurrency = 1, Threads = Environment.ProcessorCount };

    private readonly FakeTimeProvider time = new();
    private readonly ServerParts parts;

    public PreparedPicturesTests() => parts = new ServerParts(Options, time);

    public void Dispose() => parts.Dispose();

    [Fact]
    public async Task What_waits_to_be_decoded_is_taken_out_at_its_deadline()
    {
        using var clock = Clock(5, CancellationToken.None);
        using (await parts.Decoding.EnterAsync(1, CancellationToken.None))
        {
            var waiting = DecodeAsync(clock, 1);
            Assert.False(waiting.IsCompleted);
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.Equal("deadline", (await Assert.ThrowsAsync<ServingException>(() => waiting)).Reason);
        }
        using var other = Clock(5, CancellationToken.None);
        using var prepared = await DecodeAsync(other, 3);
        Assert.Equal(3, prepared.Pictures.Length);
    }

    [Fact]
    public async Task What_waits_to_be_decoded_is_taken_out_when_its_caller_leaves()
    {
        using var left = new CancellationTokenSource();
        using var clock = Clock(5, left.Token);
        using var inside = await parts.Decoding.EnterAsync(1, CancellationToken.None);
        var waiting = DecodeAsync(clock, 2);
        await left.CancelAsync();
        Assert.Equal(left.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting)).CancellationToken);
    }

    [Fact]
    public async Task Waiting_for_the_first_turn_is_told_from_decoding()
    {
        using var clock = Clock(50, CancellationToken.None);
        var start = time.GetTimestamp();
        var inside = await parts.Decoding.EnterAsync(1, CancellationToken.None);
        var waiting = DecodeAsync(clock, 1);
        time.Advance(TimeSpan.FromSeconds(3));
        inside.Dispose();
        using var prepared = await waiting;
        Assert.Equal(TimeSpan.FromSeconds(3), time.GetElapsedTime(start, prepared.BegunAt));
    }

    [Fact]
    public void No_request_may_take_longer_than_the_server_allows()
    {
        using var patient = Clock(1_000_000, CancellationToken.None);
        time.Advance(Options.RequestTimeout - TimeSpan.FromTicks(1));
        Assert.False(patient.IsOver);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(patient.IsOver);
    }

    private RequestClock Clock(int seconds, CancellationToken left) => new(time, time.GetUtcNow().UtcDateTime.AddSeconds(seconds), Options.RequestTimeout, left);

    private Task<PreparedPictures> DecodeAsync(RequestClock clock, int count) =>
        PreparedPictures.DecodeAsync([.. Enumerable.Range(0, count).Select(i => new ReadOnlyMemory<byte>(TestFiles.Plain(i)))], Preprocessing.Squash(8), parts, clock);
}
