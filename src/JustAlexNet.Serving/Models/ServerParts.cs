namespace JustAlexNet.Serving;

/// <summary>What the models of a server share: one bound on decoding, one queue before the network, one account.</summary>
internal sealed class ServerParts : IDisposable
{
    public ServerParts(ServingOptions options, TimeProvider time)
    {
        (Options, Time, Meter) = (options, time, new ServingMeter(time));
        Decoding = new DecodeGate(options.DecodeConcurrency, options.MaxPixels);
        Decoders = new DecodeThreads(options.DecodeConcurrency);
        Scheduler = new Scheduler(options, time);
        Places = new Places(options, Meter, time, () => Scheduler.PerPicture);
    }

    public ServingOptions Options { get; }

    public TimeProvider Time { get; }

    public ServingMeter Meter { get; }

    public DecodeGate Decoding { get; }

    public DecodeThreads Decoders { get; }

    public Scheduler Scheduler { get; }

    public Places Places { get; }

    public void Dispose()
    {
        Decoders.Dispose();
        Scheduler.Dispose();
    }
}
