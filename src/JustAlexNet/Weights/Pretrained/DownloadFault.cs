namespace JustAlexNet.Weights.Pretrained;

/// <summary>Why a download came to nothing; worded for people where the cache catches it.</summary>
internal sealed class DownloadFault(string message, bool mayPass, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether another attempt may go better.</summary>
    public bool MayPass => mayPass;
}
