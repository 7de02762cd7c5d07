namespace JustAlexNet.Transfer;

/// <summary>What learns.</summary>
public enum TransferMode
{
    /// <summary>The head alone; the backbone is frozen, and its features are computed once.</summary>
    Head,

    /// <summary>The head first, then the network with it.</summary>
    FineTune,
}
