using System.Diagnostics;
using System.Net;

namespace JustAlexNet.Bench.Load;

/// <summary>One answer: what it was and how long it was waited for.</summary>
/// <param name="Status">HTTP status; 0: the connection broke or nothing came; -1: there was no connection to be had.</param>
/// <param name="Seconds">From the moment at which the request was due (open loop) or sent (closed loop) to the end of its answer.</param>
/// <param name="IsHeld">The answer is whole and of the form that its status asks for.</param>
/// <param name="Due">That moment, by the clock of <see cref="Stopwatch"/>.</param>
internal readonly record struct Answer(int Status, double Seconds, bool IsHeld, long Due);

/// <summary>Callers of <c>POST /v1/classify</c> in this process, over connections that are kept. Thread-safe.</summary>
internal sealed class LoadClient : IDisposable
{
    private readonly HttpClient client;
    private readonly IReadOnlyList<byte[]> photos;

    /// <param name="photos">Picture files, sent in turn.</param>
    /// <param name="patience">After that a request counts as not answered.</param>
    public LoadClient(IReadOnlyList<byte[]> photos, TimeSpan patience)
    {
        this.photos = photos;
        client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30), ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = patience };
    }

    /// <summary>Each of the callers sends its next request when its last one is answered.</summary>
    /// <param name="address">Where to, asked anew before each request.</param>
    /// <param name="callers">Callers.</param>
    /// <param name="isOver">Asked before each request with the number of requests sent so far.</param>
    public async Task<IReadOnlyList<Answer>> ClosedAsync(Func<Uri> address, int callers, Func<int, bool> isOver)
    {
        var sent = -1;
        var lists = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            var answers = new List<Answer>();
            while (Interlocked.Increment(ref sent) is var number && !isOver(number)) answers.Add(await AskAsync(address(), number, Stopwatch.GetTimestamp()));
            return answers;
        })));
        return [.. lists.SelectMany(list => list)];
    }

    /// <summary>Requests are due at times of their own, whatever became of those before.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="count">Requests.</param>
    /// <param name="random">Draws the pauses of a Poisson process; null: they are equal.</param>
    /// <param name="heard">Hears every answer as it comes, on any thread; null: nobody.</param>
    public async Task<IReadOnlyList<Answer>> OpenAsync(Uri address, double rate, int count, Random? random, Action<Answer>? heard = null)
    {
        var (begin, due, asked) = (Stopwatch.GetTimestamp(), 0.0, new Task<Answer>[count]);
        for (var i = 0; i < count; i++)
        {
            var wait = due - Stopwatch.GetElapsedTime(begin).TotalSeconds;
            if (wait > 0) await Task.Delay(TimeSpan.FromSeconds(wait));      // late by a millisecond at most, which counts as waiting
            var (number, moment) = (i, begin + (long)(due * Stopwatch.Frequency));
            asked[i] = Task.Run(async () =>
            {
                var answer = await AskAsync(address, number, moment);
                heard?.Invoke(answer);
                return answer;
            });
            due += random is null ? 1 / rate : -Math.Log(1 - random.NextDouble()) / rate;
        }
        return await Task.WhenAll(asked);
    }

    /// <summary>One request.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="number">Chooses the photo.</param>
    /// <param name="due">From where its time runs.</param>
    public async Task<Answer> AskAsync(Uri address, int number, long due)
    {
        using var body = new ByteArrayContent(photos[number % photos.Count]);
        try
        {
            using var answer = await client.PostAsync(new Uri(address, "v1/classify"), body);
            var text = await answer.Content.ReadAsStringAsync();
            var held = answer.StatusCode == HttpStatusCode.OK ? text.Contains("\"probability\"", StringComparison.Ordinal) && text.EndsWith('}') : text.StartsWith("{\"error\":", StringComparison.Ordinal);
            return new((int)answer.StatusCode, Stopwatch.GetElapsedTime(due).TotalSeconds, held, due);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return new(-1, Stopwatch.GetElapsedTime(due).TotalSeconds, false, due);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return new(0, Stopwatch.GetElapsedTime(due).TotalSeconds, false, due);
        }
    }

    public void Dispose() => client.Dispose();
}
