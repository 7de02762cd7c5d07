namespace JustAlexNet.Export;

/// <summary>What was written, and how it compares with libtorch.</summary>
/// <param name="Bytes">Of the file.</param>
/// <param name="Comparison">Of the file in ONNX Runtime with the network in libtorch.</param>
/// <param name="Notes">What a person should know, a sentence each.</param>
public sealed record ExportReport(long Bytes, ExportComparison Comparison, IReadOnlyList<string> Notes)
{
    /// <summary>How the int8 form came about; null in fp32.</summary>
    public Int8Report? Quantisation { get; init; }
}

/// <summary>Two computations of one network on the same pictures.</summary>
/// <param name="Pictures">Which, for people: <c>64 pictures of photos</c>.</param>
/// <param name="Count">How many, 1 or more.</param>
/// <param name="LargestDifference">Of two logits, as a share of the largest logit.</param>
/// <param name="LargestFeatureDifference">The same of what the last layer takes.</param>
/// <param name="SameClass">Pictures whose most probable class is the same.</param>
public sealed record ExportComparison(string Pictures, int Count, double LargestDifference, double LargestFeatureDifference, int SameClass);
