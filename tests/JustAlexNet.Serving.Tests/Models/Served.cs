using JustAlexNet.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace JustAlexNet.Serving.Tests;

/// <summary>A repository on small files by a clock that stands, and the networks that it opened.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly List<TestNetwork> opened = [];

    public Scratch Scratch { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public ModelRepository Repository { get; private set; } = null!;

    /// <summary>In the order of their opening.</summary>
    public IReadOnlyList<TestNetwork> Networks
    {
        get
        {
            lock (opened) return [.. opened];
        }
    }

    public IEnumerable<TestNetwork> Alive => Networks.Where(network => !network.IsFreed);

    public DateTime Deadline => Time.GetUtcNow().UtcDateTime.AddSeconds(20);

    /// <summary>A server of one model, <c>m</c>.</summary>
    public static async Task<Served> OfOneAsync(ServingOptions? options = null, Func<string, string>? write = null)
    {
        var served = new Served();
        return await served.OpenAsync([(write ?? (path => TestModels.Write(path)))(served.Scratch.At("m.onnx"))], null, options);
    }

    public async Task<Served> OpenAsync(string[] files, string? folder, ServingOptions? options = null)
    {
        Repository = await ModelRepository.OpenAsync(files, folder, options ?? new ServingOptions { Threads = Environment.ProcessorCount }, Open, Time, TestContext.Current.CancellationToken);
        return this;
    }

    /// <summary>Asks as a door does.</summary>
    public async Task<Logits> AskAsync(byte[][] pictures, string? model = null, string? version = null, CancellationToken left = default)
    {
        using var admission = Repository.Admit(1, left);
        using var lease = Repository.Lease(model, version);
        return await lease.Model.InferAsync(admission, [.. pictures.Select(picture => new ReadOnlyMemory<byte>(picture))], Deadline, left);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var network in Networks) network.Release(1000);
        if (Repository is not null) await Repository.DisposeAsync();
        Scratch.Dispose();
        Assert.Empty(Alive);        // nothing native outlives a server
    }

    private TestNetwork Open(string path, int threads)
    {
        var network = new TestNetwork(OnnxServedNetwork.Open(path, threads));
        lock (opened) opened.Add(network);
        return network;
    }
}
