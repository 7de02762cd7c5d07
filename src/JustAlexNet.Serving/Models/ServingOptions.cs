using System.Globalization;
using JustAlexNet.Inference;

namespace JustAlexNet.Serving;

/// <summary>What a server lends to its callers. Every bound is finite unless somebody widens it.</summary>
public sealed record ServingOptions
{
    /// <summary>Pictures, of several requests perhaps, that pass the network together; 1 to 1024. Default 2: on processors a larger batch is hardly faster (ResNet18: 1 to 3 % with 4), and takes memory.</summary>
    public int MaxBatch { get; init; } = 2;

    /// <summary>How long a batch that is not full waits for more pictures; 0 to 10 seconds. Default zero: what waits is taken.</summary>
    public TimeSpan BatchDelay { get; init; }

    /// <summary>Pictures that are let in and not answered yet, of all models together; 1 to 100,000. Default 64; the next request is refused before its body is read.</summary>
    public int QueueLength { get; init; } = 64;

    /// <summary>How long a request may take until its work in the network begins; above zero, at most a day. Default 30 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The largest width x height of a picture, read from its header before it is decoded; 1 to 178,956,970. Default 50,000,000. Pictures that are decoded side by side have no more than this together,
    /// however many callers there are: decoding takes some 4 to 16 bytes a pixel. No side may have more than 65,535.
    /// </summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>Pictures of one request, 1 to <see cref="QueueLength"/>. Default 64.</summary>
    public int MaxPictures { get; init; } = 64;

    /// <summary>Bytes of a request's body, 1 to 2,147,483,591. Default 16 MiB.</summary>
    public long MaxBodyBytes { get; init; } = 16 << 20;

    /// <summary>Pictures that are decoded and resized side by side, 1 to 1024. Default: the cores.</summary>
    public int DecodeConcurrency { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Threads that compute one batch, 1 to the cores; 0 (default): the cores, at most 4. As many batches are computed side by side as cores / threads, whatever the number of models: more threads than cores cost
    /// 20 to 30 % of the rate and twice the 99th percentile. On 2 cores 1 x 2 answers a single caller in half the time of 2 x 1, which has 3 to 10 % more rate: pass 1 where only the rate counts.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>What is wrong with the options, all of it; empty where nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        Within("max_batch", MaxBatch, 1, 1024);
        Seconds("batch_delay", BatchDelay, 0, 10);
        Within("queue_length", QueueLength, 1, 100_000);
        Seconds("request_timeout", RequestTimeout, 0, 86_400);
        if (RequestTimeout == TimeSpan.Zero) faults.Add("`request_timeout` is 0 s, expected more: no request would ever be answered.");
        Within("max_pixels", MaxPixels, 1, 178_956_970);
        Within("max_pictures", MaxPictures, 1, 100_000);
        if (MaxPictures > QueueLength && QueueLength > 0) faults.Add(Text($"`max_pictures` is {MaxPictures}, expected at most `queue_length` ({QueueLength}): such a request would never be let in."));
        Within("max_body_bytes", MaxBodyBytes, 1, Array.MaxLength);
        Within("decode_concurrency", DecodeConcurrency, 1, 1024);
        Within("threads", Threads, 0, Environment.ProcessorCount);
        return faults;

        void Within(string setting, long value, long least, long most)
        {
            if (value < least || value > most) faults.Add(Text($"`{setting}` is {value}, expected {least} to {most}."));
        }

        void Seconds(string setting, TimeSpan value, int least, int most)
        {
            if (value < TimeSpan.FromSeconds(least) || value > TimeSpan.FromSeconds(most)) faults.Add(Text($"`{setting}` is {value.TotalSeconds:0.###} s, expected {least} to {most} s."));
        }

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Checks all of it.</summary>
    /// <exception cref="ArgumentException">Names every fault.</exception>
    public void Check() => OptionFaults.Throw(nameof(ServingOptions), [.. Faults()]);

    /// <summary>Threads of one batch, the default resolved.</summary>
    internal int BatchThreads => Threads > 0 ? Threads : Math.Min(Environment.ProcessorCount, 4);

    /// <summary>Batches computed side by side.</summary>
    internal int Batches => Math.Max(1, Environment.ProcessorCount / BatchThreads);
}
