namespace JustAlexNet.Export;

/// <summary>How a network is exported.</summary>
public sealed record ExportOptions
{
    /// <summary>Whether the file takes pixels, uint8 (N, S, S, 3), and normalises them itself. Default false: float32 (N, 3, S, S), normalised.</summary>
    public bool EmbedPreprocessing { get; init; }

    /// <summary>Picture, or folder of pictures, on which the file is compared with libtorch; of more than <see cref="OnnxExport.MostPictures"/> so many, evenly chosen. Null (default): those of the run, where its folder is still there, else a photo of our own.</summary>
    public string? Check { get; init; }

    /// <summary>Whether a file of the target's name may be replaced. Default false.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Whether to go on where libtorch computes this network wrongly on this machine; what the comparison finds is then said and decides nothing. Default false.</summary>
    public bool UnsafeNumerics { get; init; }
}
