using System.Globalization;
using JustAlexNet.Imaging;

namespace JustAlexNet.Serving;

/// <summary>The places of a server: how many pictures are let in and not answered yet. Thread-safe.</summary>
/// <param name="options">Gives the bounds.</param>
/// <param name="meter">Counts.</param>
/// <param name="time">The clock.</param>
/// <param name="perPicture">Time a picture takes, measured lately.</param>
internal sealed class Places(ServingOptions options, ServingMeter meter, TimeProvider time, Func<TimeSpan> perPicture)
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LinkedList<BodyWatch> bodies = [];     // in the order of arrival
    private int taken;
    private bool closed;

    /// <summary>Whether nobody is let in any more.</summary>
    public bool AreClosed
    {
        get
        {
            lock (gate) return closed;
        }
    }

    /// <exception cref="ServingException">Refused; nothing was taken.</exception>
    public void Take(int more, int total)
    {
        if (total > options.MaxPictures)
            throw new ServingException(ServingFault.TooLarge, "too_many_pictures", $"the request has {Counted.Of(total, "picture")}, the limit is {options.MaxPictures.ToString(CultureInfo.InvariantCulture)}.\nSend several requests.");
        List<BodyWatch> slow = [];
        lock (gate)
        {
            // A request that is in already may grow until the last moment.
            if (closed && more == total) throw new ServingException(ServingFault.Unavailable, "draining", "the server is about to end and lets nobody in.\nAsk another one, or this one when it is back.");
            var missing = taken + more - options.QueueLength;
            foreach (var body in bodies.Where(body => body.IsSlow(time)).TakeWhile(_ => missing > slow.Sum(other => other.Pictures))) slow.Add(body);
            if (missing > slow.Sum(body => body.Pictures))
                throw new ServingException(ServingFault.QueueFull, "queue_full", $"{Counted.Of(taken, "picture")} {(taken == 1 ? "waits" : "wait")} already, the limit is {options.QueueLength.ToString(CultureInfo.InvariantCulture)}.\nTry again later.") { RetryAfter = perPicture() * taken };
            taken += more;
            foreach (var body in slow)
            {
                bodies.Remove(body);
                taken -= body.Pictures;
                body.Cut();         // within the lock: once its request has said EndBody, the connection may carry another one
            }
        }
        meter.Admit(more - slow.Sum(body => body.Pictures));
    }

    /// <summary>Watches a body on its way.</summary>
    public BodyWatch WatchBody(int pictures, Action lost)
    {
        var body = new BodyWatch(pictures, time.GetTimestamp(), lost);
        lock (gate) bodies.AddLast(body);
        return body;
    }

    /// <summary>Watches it no more; a second call says the same.</summary>
    /// <returns>Whether it kept its places.</returns>
    public bool EndBody(BodyWatch body)
    {
        lock (gate) bodies.Remove(body);
        return !body.IsCut;
    }

    public void GiveBack(int pictures)
    {
        lock (gate)
        {
            taken -= pictures;
            if (closed && taken == 0) empty.TrySetResult();
        }
        meter.Admit(-pictures);
    }

    /// <summary>Lets nobody in any more.</summary>
    /// <returns>Ends when all places are free.</returns>
    public Task Close()
    {
        lock (gate)
        {
            closed = true;
            if (taken == 0) empty.TrySetResult();
        }
        return empty.Task;
    }
}
