namespace JustAlexNet.Serving;

/// <summary>Why a request gets no answer; every door has its own word for each.</summary>
public enum ServingFault
{
    /// <summary>What was sent is not what it has to be: a damaged picture, one of too many pixels, a tensor of another shape.</summary>
    BadInput,

    /// <summary>More bytes or pictures than a request may have.</summary>
    TooLarge,

    /// <summary>No picture of a kind that is read: JPEG, PNG and WebP are.</summary>
    UnsupportedKind,

    /// <summary>There is no such model, or it has no such version.</summary>
    NotFound,

    /// <summary>As many pictures as may wait do; to be tried again after <see cref="ServingException.RetryAfter"/>.</summary>
    QueueFull,

    /// <summary>The caller asks more often than its key may.</summary>
    RateExceeded,

    /// <summary>The model is not loaded, or the server is about to end.</summary>
    Unavailable,

    /// <summary>The time that the request had was over before its work began.</summary>
    DeadlineExceeded,

    /// <summary>The caller did not say who it is, or not truly.</summary>
    Unauthenticated,

    /// <summary>The caller may not do this.</summary>
    Forbidden,

    /// <summary>The fault is the server's or the model's.</summary>
    Internal,
}
