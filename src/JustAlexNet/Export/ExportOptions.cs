namespace JustAlexNet.Export;

/// <summary>In what numbers a network is written.</summary>
public enum ExportPrecision
{
    /// <summary>float32.</summary>
    Fp32,

    /// <summary>Values uint8, weights int8, sums int32; logits and features float32.</summary>
    EightBit,
}

/// <summary>How a network is exported.</summary>
public sealed record ExportOptions
{
    /// <summary>In what numbers. Default <see cref="ExportPrecision.Fp32"/>.</summary>
    public ExportPrecision Precision { get; init; } = ExportPrecision.Fp32;

    /// <summary>
    /// With <see cref="ExportPrecision.EightBit"/>: folder of pictures by which ranges are found (256 at most), and others of it on which the result is measured (1000 at most): training and validation part where
    /// its class folders are the network's, else every other picture. Null (default): the folder of the run, where it is still there.
    /// </summary>
    public string? Calibrate { get; init; }

    /// <summary>Whether the file takes pixels, uint8 (N, S, S, 3), and normalises them itself. Default false: float32 (N, 3, S, S), normalised.</summary>
    public bool EmbedPreprocessing { get; init; }

    /// <summary>Picture, or folder of pictures, on which the file is compared with libtorch; of more than <see cref="OnnxExport.MostPictures"/> so many, evenly chosen. Null (default): those of the run, where its folder is still there, else a photo of our own.</summary>
    public string? Check { get; init; }

    /// <summary>Whether a file of the target's name may be replaced. Default false.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Whether to go on where libtorch computes this network wrongly on this machine; what the comparison finds is then said and decides nothing. Default false.</summary>
    public bool UnsafeNumerics { get; init; }
}
