namespace JustAlexNet.Serving.Http;

/// <summary>How many requests have their JSON read at a time: as many as pictures are decoded, for JSON read takes many times its own memory. Thread-safe.</summary>
internal sealed class JsonTurns(ModelRepository models) : IDisposable
{
    private readonly SemaphoreSlim turns = new(models.Options.DecodeConcurrency);

    /// <summary>Reads when it is its turn.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> came first.</exception>
    public async Task<T> ReadAsync<T>(Func<T> read, CancellationToken stop)
    {
        await turns.WaitAsync(stop);
        try
        {
            return read();
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose() => turns.Dispose();
}
