namespace JustAlexNet.Serving;

/// <summary>Whether a model answers, by the words of the model repository extension of the Open Inference Protocol.</summary>
public enum ModelState
{
    /// <summary>Loaded and warm.</summary>
    Ready,

    /// <summary>Being loaded or warmed up.</summary>
    Loading,

    /// <summary>It does not answer: it failed, or was unloaded.</summary>
    Unavailable,
}

/// <summary>What is known of a model that is, was or shall be served.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version, digits.</param>
/// <param name="State">Whether it answers.</param>
/// <param name="Reason">Why not, or what a person should know: that a newer file was refused and the older one is served on. Else empty. No path.</param>
public sealed record ModelStatus(string Name, string Version, ModelState State, string Reason)
{
    /// <summary>READY, LOADING or UNAVAILABLE.</summary>
    public string StateName => State.ToString().ToUpperInvariant();

    /// <summary>Whether the file seen last is refused, as <see cref="Reason"/> says; an older one may be served on.</summary>
    public bool IsRefused { get; init; }
}
