namespace JustAlexNet.Serving;

/// <summary>A request's places among those that are let in. <see cref="Dispose"/> gives them back, once its answer is there or it is given up; a second call does nothing. Thread-safe.</summary>
public sealed class Admission : IDisposable
{
    private readonly Lock gate = new();
    private readonly Places places;
    private readonly ServingMeter meter;
    private BodyWatch? body;
    private bool isOver;

    internal Admission(Places places, ServingMeter meter, int pictures)
    {
        (this.places, this.meter) = (places, meter);
        Grow(pictures);
    }

    /// <summary>Pictures that it holds places for.</summary>
    public int Pictures { get; private set; }

    /// <summary>Takes places for a request that turns out to hold more pictures; fewer change nothing.</summary>
    /// <param name="pictures">All of the request's, 1 or more.</param>
    /// <exception cref="ServingException"><see cref="ServingFault.TooLarge"/>: more than <see cref="ServingOptions.MaxPictures"/>. <see cref="ServingFault.QueueFull"/>: there are not so many places.</exception>
    /// <exception cref="ObjectDisposedException">It was given back.</exception>
    public void Grow(int pictures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pictures, 1);
        try
        {
            GrowUncounted(pictures);
        }
        catch (ServingException refusal)
        {
            throw meter.Refused(refusal);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            if (isOver) return;
            isOver = true;
            if (body is null || places.EndBody(body)) places.GiveBack(Pictures);
        }
    }

    /// <summary>Says that the request's body is on its way; until <see cref="EndBody"/> its place may be lost.</summary>
    /// <param name="lost">Called then, once.</param>
    internal BodyWatch WatchBody(Action lost)
    {
        lock (gate) return body = places.WatchBody(Pictures, lost);
    }

    /// <summary>Says that it is here.</summary>
    /// <returns>Whether the place is the request's still.</returns>
    internal bool EndBody()
    {
        lock (gate) return body is null || places.EndBody(body);
    }

    /// <summary>The same for somebody who counts refusals himself.</summary>
    internal void GrowUncounted(int pictures)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isOver, this);
            if (pictures <= Pictures) return;
            places.Take(pictures - Pictures, pictures);
            Pictures = pictures;
        }
    }
}
